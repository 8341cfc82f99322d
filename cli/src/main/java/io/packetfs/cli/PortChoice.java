package io.packetfs.cli;

import io.packetfs.afxdp.port.AfXdpPort;
import io.packetfs.linuxio.LinuxUdpPort;
import io.packetfs.linuxio.LinuxUdpPortConfig;
import io.packetfs.nettyio.NettyTcpPort;
import io.packetfs.nettyio.NettyTcpPortConfig;
import io.packetfs.nettyio.NettyUdpPort;
import io.packetfs.nettyio.NettyUdpPortConfig;
import io.packetfs.nettyio.UdpIo;
import io.packetfs.protocol.port.DatagramPort;
import io.packetfs.protocol.port.FeatureUnavailableException;
import io.packetfs.protocol.port.Offload;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * Which port to open, and how.
 *
 * @param carrier what the packets travel in
 * @param accepts whether others shall be able to open a connection to it
 * @param bindAddress the local address; port 0 lets the kernel choose
 * @param gso segmentation offload for sending
 * @param gro merging of datagrams on receiving
 * @param afXdp the device and the rings of {@link Carrier#AFXDP}; absent where that is out of the question
 */
record PortChoice(
        Carrier carrier,
        boolean accepts,
        InetSocketAddress bindAddress,
        Io io,
        Offload gso,
        Offload gro,
        Optional<AfXdpChoice> afXdp) {
    /** What packets travel in. */
    enum Carrier {
        /** Datagrams. */
        UDP,
        /** Streams, by Netty. */
        TCP,
        /** Datagrams past the kernel. */
        AFXDP,
        /** As {@link #AFXDP} if that works here, else as {@link #UDP}. */
        AUTO
    }

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
        return new PortChoice(Carrier.UDP, true, bindAddress, Io.AUTO, Offload.AUTO, Offload.AUTO, Optional.empty());
    }

    /** The same for a side that only connects to others. */
    PortChoice connecting() {
        return new PortChoice(carrier, false, bindAddress, io, gso, gro, afXdp);
    }

    /**
     * Opens and binds it.
     *
     * @throws FeatureUnavailableException if this machine lacks what was asked for by name
     * @throws UncheckedIOException if the address cannot be bound
     */
    DatagramPort open() {
        return switch (carrier) {
            case UDP -> openUdp();
            case TCP -> openTcp();
            case AFXDP -> afXdp.orElseThrow().open(linuxConfig());
            case AUTO -> openAuto();
        };
    }

    /** Whether packets are datagrams, so that both sides need not say the same. */
    boolean isDatagrams() {
        return carrier != Carrier.TCP;
    }

    /** Why {@link Carrier#AUTO} does without AF_XDP, once it is open; null if it does not. */
    String afXdpRefusal() {
        if (carrier != Carrier.AUTO) {
            return null;
        }
        return afXdp.isPresent() ? afXdp.get().refusal() : "no --dev was given";
    }

    private DatagramPort openAuto() {
        Optional<AfXdpPort> opened = afXdp.flatMap(choice -> choice.tryToOpen(linuxConfig()));
        return opened.isPresent() ? opened.get() : openUdp();
    }

    private DatagramPort openTcp() {
        NettyTcpPortConfig config = new NettyTcpPortConfig(bindAddress, transport(), accepts);
        return NettyTcpPort.open(config);
    }

    private UdpIo transport() {
        return switch (io) {
            case AUTO -> UdpIo.AUTO;
            case EPOLL -> UdpIo.EPOLL;
            case NIO -> UdpIo.NIO;
            case LINUX ->
                throw new FeatureUnavailableException("io=LINUX", "the kernel's own calls move datagrams only", null);
        };
    }

    private DatagramPort openUdp() {
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
        boolean canShare = carrier == Carrier.UDP && (io == Io.LINUX || (io == Io.AUTO && LinuxUdpPort.isAvailable()));
        return count == 1 || !canShare ? List.of(open()) : List.copyOf(LinuxUdpPort.openShards(linuxConfig(), count));
    }

    /** Why {@link Io#AUTO} does without the kernel's own calls; null if it does not. */
    String fallbackCause() {
        return isDatagrams() && io == Io.AUTO ? LinuxUdpPort.unavailabilityCause() : null;
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
