package io.packetfs.cli;

import io.packetfs.linuxio.LinuxUdpPort;
import io.packetfs.linuxio.LinuxUdpPortConfig;
import io.packetfs.nettyio.NettyUdpPort;
import io.packetfs.nettyio.NettyUdpPortConfig;
import io.packetfs.nettyio.UdpIo;
import io.packetfs.protocol.port.DatagramPort;
import io.packetfs.protocol.port.FeatureUnavailableException;
import io.packetfs.protocol.port.Offload;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Which port to open, and how.
 *
 * @param bindAddress the local address; port 0 lets the kernel choose
 * @param gso segmentation offload for sending
 * @param gro merging of datagrams on receiving
 */
record PortChoice(InetSocketAddress bindAddress, Io io, Offload gso, Offload gro) {
    /** What moves the datagrams. */
    enum Io {
        /** The first of the others that works here. */
        AUTO,
        /** The kernel's own calls. */
        LINUX,
        /** Netty over epoll. */
        EPOLL,
        /** Netty over Java's channels: everywhere. */
        NIO
    }

    /** The best that the machine has to offer. */
    static PortChoice on(InetSocketAddress bindAddress) {
        return new PortChoice(bindAddress, Io.AUTO, Offload.AUTO, Offload.AUTO);
    }

    /**
     * Opens and binds it.
     *
     * @throws FeatureUnavailableException if this machine lacks what was asked for by name
     * @throws UncheckedIOException if the address cannot be bound
     */
    DatagramPort open() {
        return switch (io) {
            case AUTO -> LinuxUdpPort.isAvailable() ? openLinux() : openNetty(UdpIo.AUTO);
            case LINUX -> openLinux();
            case EPOLL -> openNetty(UdpIo.EPOLL);
            case NIO -> openNetty(UdpIo.NIO);
        };
    }

    /**
     * Opens ports at one address for as many agents, if this machine can; else one.
     *
     * @param count a power of two
     */
    List<DatagramPort> openShards(int count) {
        boolean canShare = io == Io.LINUX || (io == Io.AUTO && LinuxUdpPort.isAvailable());
        return count == 1 || !canShare ? List.of(open()) : List.copyOf(LinuxUdpPort.openShards(linuxConfig(), count));
    }

    /** Why {@link Io#AUTO} does without the kernel's own calls; null if it does not. */
    String fallbackCause() {
        return io == Io.AUTO ? LinuxUdpPort.unavailabilityCause() : null;
    }

    private DatagramPort openLinux() {
        return LinuxUdpPort.open(linuxConfig());
    }

    private LinuxUdpPortConfig linuxConfig() {
        return LinuxUdpPortConfig.on(bindAddress).withGso(gso).withGro(gro);
    }

    private DatagramPort openNetty(UdpIo transport) {
        return NettyUdpPort.open(NettyUdpPortConfig.on(bindAddress)
                .withIo(transport)
                .withGso(gso)
                .withGro(gro));
    }
}
