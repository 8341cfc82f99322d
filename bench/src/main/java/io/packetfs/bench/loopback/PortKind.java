package io.packetfs.bench.loopback;

import io.packetfs.linuxio.LinuxUdpPort;
import io.packetfs.linuxio.LinuxUdpPortConfig;
import io.packetfs.nettyio.NettyTcpPort;
import io.packetfs.nettyio.NettyTcpPortConfig;
import io.packetfs.nettyio.NettyUdpPort;
import io.packetfs.nettyio.NettyUdpPortConfig;
import io.packetfs.nettyio.UdpIo;
import io.packetfs.protocol.port.DatagramPort;
import io.packetfs.protocol.port.Offload;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The ports that are compared. */
enum PortKind {
    /** The kernel's own calls. */
    LINUX,
    /** The same without offloads. */
    LINUX_PLAIN,
    /** Netty over epoll. */
    EPOLL,
    /** The same without offloads. */
    EPOLL_PLAIN,
    /** Netty over Java's channels. */
    NIO,
    /** Streams, by Netty over epoll. */
    TCP;

    /**
     * Opens one on loopback, at a port number that the kernel chooses.
     *
     * @param receiveBufferBytes what to ask for; 0 for the port's own choice, which streams have in any case
     */
    DatagramPort open(int receiveBufferBytes) {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        LinuxUdpPortConfig linux = LinuxUdpPortConfig.on(any);
        NettyUdpPortConfig netty = NettyUdpPortConfig.on(any);
        if (receiveBufferBytes > 0) {
            linux = linux.withReceiveBufferBytes(receiveBufferBytes);
            netty = netty.withReceiveBufferBytes(receiveBufferBytes);
        }
        return switch (this) {
            case LINUX -> LinuxUdpPort.open(linux);
            case LINUX_PLAIN -> LinuxUdpPort.open(linux.withGso(Offload.OFF).withGro(Offload.OFF));
            case EPOLL -> NettyUdpPort.open(netty.withIo(UdpIo.EPOLL));
            case EPOLL_PLAIN ->
                NettyUdpPort.open(netty.withIo(UdpIo.EPOLL).withGso(Offload.OFF).withGro(Offload.OFF));
            case NIO -> NettyUdpPort.open(netty.withIo(UdpIo.NIO));
            case TCP -> NettyTcpPort.open(NettyTcpPortConfig.on(any).withIo(UdpIo.EPOLL));
        };
    }
}
