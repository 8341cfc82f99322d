package io.packetfs.interop.transfers;

import io.packetfs.linuxio.LinuxUdpPort;
import io.packetfs.linuxio.LinuxUdpPortConfig;
import io.packetfs.nettyio.NettyUdpPort;
import io.packetfs.nettyio.NettyUdpPortConfig;
import io.packetfs.protocol.port.DatagramPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Sockets for the two sides, as {@code pfs-udp} chooses them. */
final class UdpPorts {
    private UdpPorts() {}

    static DatagramPort open(InetAddress address) {
        InetSocketAddress any = new InetSocketAddress(address, 0);
        return LinuxUdpPort.isAvailable()
                ? LinuxUdpPort.open(LinuxUdpPortConfig.on(any))
                : NettyUdpPort.open(NettyUdpPortConfig.on(any));
    }
}
