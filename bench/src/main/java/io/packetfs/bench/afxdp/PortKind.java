package io.packetfs.bench.afxdp;

import io.packetfs.afxdp.port.AfXdpPort;
import io.packetfs.afxdp.port.AfXdpPortConfig;
import io.packetfs.afxdp.port.AfXdpPortConfig.Transmit;
import io.packetfs.linuxio.LinuxUdpPort;
import io.packetfs.linuxio.LinuxUdpPortConfig;
import io.packetfs.protocol.port.DatagramPort;
import io.packetfs.protocol.port.Offload;
import java.net.InetSocketAddress;

/** What is at an end. */
enum PortKind {
    /** AF_XDP rings, both ways. */
    RINGS,
    /** AF_XDP rings receive, the kernel sends with segmentation offload. */
    RINGS_AND_GSO,
    /** The kernel's calls, a message for each datagram: sendmmsg and recvmmsg. */
    MESSAGES,
    /** The kernel's calls, a message for each train: UDP_SEGMENT and UDP_GRO. */
    OFFLOAD;

    DatagramPort open(InetSocketAddress address) {
        LinuxUdpPortConfig kernel = LinuxUdpPortConfig.on(address);
        AfXdpPortConfig rings = AfXdpPortConfig.on(kernel.withGso(Offload.ON), VethPair.DEVICE);
        return switch (this) {
            case RINGS -> AfXdpPort.open(rings);
            case RINGS_AND_GSO -> AfXdpPort.open(rings.withTransmit(Transmit.KERNEL));
            case MESSAGES -> LinuxUdpPort.open(kernel.withGso(Offload.OFF).withGro(Offload.OFF));
            case OFFLOAD -> LinuxUdpPort.open(kernel.withGso(Offload.ON).withGro(Offload.ON));
        };
    }
}
