package io.packetfs.bench.loopback;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.handler.codec.quic.EpollQuicUtils;
import io.netty.handler.codec.quic.Quic;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicCodecBuilder;
import io.netty.handler.codec.quic.QuicCongestionControlAlgorithm;
import io.netty.handler.codec.quic.QuicConnectionStats;
import io.netty.handler.codec.quic.SegmentedDatagramPacketAllocator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** QUIC by Netty's codec, as both ends have it: segmentation and receive offload, flow control out of the way. */
final class QuicSettings {
    static final String PROTOCOL = "pfs-bench";

    /** As many as the codec flushes at a time; longer trains were no faster. */
    private static final int TRAIN_PACKETS = 20;

    private static final int FLOW_BYTES = 64 << 20;
    private static final int SOCKET_BUFFER_BYTES = 4 << 20;
    private static final long IDLE_S = 30;
    private static final long STATS_PERIOD_MS = 50;

    private QuicSettings() {}

    /** Why it cannot be used here; null if it can. */
    static String unavailabilityCause() {
        return Quic.isAvailable() ? null : "Netty's QUIC does not work here: " + Quic.unavailabilityCause();
    }

    static <B extends QuicCodecBuilder<B>> B apply(B builder) {
        return builder.maxIdleTimeout(IDLE_S, TimeUnit.SECONDS)
                .congestionControlAlgorithm(QuicCongestionControlAlgorithm.CUBIC)
                .maxSendUdpPayloadSize(PumpPacket.BYTES)
                .maxRecvUdpPayloadSize(PumpPacket.BYTES)
                .initialMaxData(FLOW_BYTES)
                .initialMaxStreamDataBidirectionalLocal(FLOW_BYTES)
                .initialMaxStreamDataBidirectionalRemote(FLOW_BYTES)
                .initialMaxStreamsBidirectional(1);
    }

    static SegmentedDatagramPacketAllocator segments() {
        return EpollQuicUtils.newSegmentedAllocator(TRAIN_PACKETS);
    }

    /** Binds a channel to loopback, at a port number that the kernel chooses. */
    static Channel bind(ChannelHandler codec) throws InterruptedException {
        return new Bootstrap()
                .group(new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory()))
                .channel(EpollDatagramChannel.class)
                .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER_BYTES)
                .option(ChannelOption.SO_SNDBUF, SOCKET_BUFFER_BYTES)
                .option(EpollChannelOption.UDP_GRO, true)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(NettyPump.BUFFER_BYTES))
                .handler(codec)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sync()
                .channel();
    }

    /** Looks at a connection's counters now and then. */
    @SuppressWarnings("FutureReturnValueIgnored") // it goes on until the process ends
    static void watch(QuicChannel channel, Consumer<QuicConnectionStats> watcher) {
        Runnable look = () -> channel.collectStats().addListener(answer -> {
            if (answer.isSuccess()) {
                watcher.accept((QuicConnectionStats) answer.getNow());
            }
        });
        channel.eventLoop().scheduleAtFixedRate(look, STATS_PERIOD_MS, STATS_PERIOD_MS, TimeUnit.MILLISECONDS);
    }
}
