package io.packetfs.nettyio;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.packetfs.protocol.port.FeatureUnavailableException;
import io.packetfs.protocol.port.Offload;
import io.packetfs.protocol.port.PortFeatures;
import java.net.Inet4Address;
import java.net.InetAddress;

/** Linux: epoll, segmentation offload or sendmmsg, receive offload or recvmmsg. */
final class EpollTransport {
    /** The kernel merges at most this much into one buffer. */
    private static final int MERGED_BYTES_MAX = 65_535;

    /** Trains that one poll reads: enough to make the poll cheap, few enough to stay in the cache. */
    private static final int TRAINS_PER_POLL = 4;

    /** Datagrams that one poll reads, with one recvmmsg, where the kernel does not merge. */
    private static final int DATAGRAMS_PER_POLL = 32;

    private static final int EVENTS_PER_POLL = 8;

    // linux/in.h and linux/in6.h. PROBE sets "don't fragment" and goes by the interface's size, not by what ICMP
    // messages, which
    // anyone can forge, say about the path: the engine searches the path's size itself.
    private static final int PMTUDISC_PROBE = 3;
    private static final ChannelOption<Integer> IP_MTU_DISCOVER =
            new IntegerUnixChannelOption("IP_MTU_DISCOVER", 0, 10);
    private static final ChannelOption<Integer> IPV6_MTU_DISCOVER =
            new IntegerUnixChannelOption("IPV6_MTU_DISCOVER", 41, 23);

    private EpollTransport() {}

    static boolean isWanted(UdpIo io) {
        if (io == UdpIo.EPOLL && !Epoll.isAvailable()) {
            throw new FeatureUnavailableException(
                    "io=EPOLL", Epoll.unavailabilityCause().getMessage(), Epoll.unavailabilityCause());
        }
        return io == UdpIo.EPOLL || (io == UdpIo.AUTO && Epoll.isAvailable());
    }

    static UdpSocket open(NettyUdpPortConfig config) {
        final boolean ipv4Only = isIpv4(config.bindAddress().getAddress());
        final EpollDatagramChannel channel = new EpollDatagramChannel(ipv4Only ? SocketProtocolFamily.INET : null);
        try {
            UdpSocket.requestBuffers(channel, config);
            forbidFragmentation(channel, ipv4Only);
            final boolean segments = canSegment(config.gso());
            final boolean merges = switchOnMerging(channel, config.gro());
            return new UdpSocket(
                    "udp-epoll",
                    channel,
                    EpollIoHandler.newFactory(EVENTS_PER_POLL, DefaultSelectStrategyFactory.INSTANCE),
                    merges ? buffersForTrains() : buffersForDatagrams(channel),
                    segments,
                    merges);
        } catch (RuntimeException e) {
            channel.unsafe().closeForcibly();
            throw e;
        }
    }

    /** Whether the address takes IPv4 alone; the wildcard address takes both, whichever way it is written. */
    private static boolean isIpv4(InetAddress address) {
        return address instanceof Inet4Address && !address.isAnyLocalAddress();
    }

    private static void forbidFragmentation(Channel channel, boolean ipv4Only) {
        channel.config().setOption(IP_MTU_DISCOVER, PMTUDISC_PROBE);
        if (!ipv4Only) {
            try {
                channel.config().setOption(IPV6_MTU_DISCOVER, PMTUDISC_PROBE);
            } catch (ChannelException e) {
                // The kernel has no IPv6, so this is an IPv4 socket after all.
            }
        }
    }

    private static boolean canSegment(Offload gso) {
        final boolean available = EpollDatagramChannel.isSegmentedDatagramPacketSupported();
        if (gso == Offload.ON && !available) {
            throw new FeatureUnavailableException("gso=ON", "this kernel has no UDP_SEGMENT (Linux 4.18 has)", null);
        }
        return available && gso != Offload.OFF;
    }

    private static boolean switchOnMerging(Channel channel, Offload gro) {
        if (gro == Offload.OFF) {
            return false;
        }
        try {
            return channel.config().setOption(EpollChannelOption.UDP_GRO, true);
        } catch (ChannelException e) {
            if (gro == Offload.ON) {
                throw new FeatureUnavailableException("gro=ON", "this kernel has no UDP_GRO (Linux 5.0 has)", e);
            }
            return false;
        }
    }

    /**
     * With receive offload the datagram payload size must stay unset: Netty 4.2.18 would otherwise make buffers of that size and cut
     * off what the kernel merged beyond it, without a word.
     */
    private static ReceiveBuffers buffersForTrains() {
        return new ReceiveBuffers(TRAINS_PER_POLL, MERGED_BYTES_MAX);
    }

    /** One buffer with room for many datagrams of any size; the payload size tells Netty where each has its place. */
    private static ReceiveBuffers buffersForDatagrams(Channel channel) {
        channel.config().setOption(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, PortFeatures.UDP_PAYLOAD_BYTES_MAX);
        return new ReceiveBuffers(1, DATAGRAMS_PER_POLL * PortFeatures.UDP_PAYLOAD_BYTES_MAX);
    }
}
