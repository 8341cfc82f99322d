package io.packetfs.bench.loopback;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicChannelOption;
import io.netty.handler.codec.quic.QuicClientCodecBuilder;
import io.netty.handler.codec.quic.QuicConnectionStats;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutionException;

/** A QUIC client that writes one stream from memory. */
final class QuicSender implements End {
    private static final int PIECE_BYTES = 64 << 10;
    private static final int PIECES_WAITING = 4;

    private final EndOptions options;
    private final Tally tally;
    private Channel socket;
    private long bytes;

    QuicSender(EndOptions options, Tally tally) {
        this.options = options;
        this.tally = tally;
    }

    @Override
    public String open() throws InterruptedException {
        QuicSslContext tls = QuicSslContextBuilder.forClient()
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .applicationProtocols(QuicSettings.PROTOCOL)
                .build();
        ChannelHandler codec =
                QuicSettings.apply(new QuicClientCodecBuilder()).sslContext(tls).build();
        socket = QuicSettings.bind(codec);
        return NOTHING;
    }

    @Override
    public void run() throws IOException, InterruptedException {
        InetSocketAddress peer =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(options.peer()));
        try {
            QuicChannel connection = QuicChannel.newBootstrap(socket)
                    .handler(new ChannelInboundHandlerAdapter())
                    .streamHandler(new ChannelInboundHandlerAdapter())
                    .option(QuicChannelOption.SEGMENTED_DATAGRAM_PACKET_ALLOCATOR, QuicSettings.segments())
                    .remoteAddress(peer)
                    .connect()
                    .get();
            QuicSettings.watch(connection, this::onStats);
            connection.createStream(QuicStreamType.BIDIRECTIONAL, new Writer()).sync();
        } catch (ExecutionException e) {
            throw new IOException("no connection to " + peer, e);
        }
    }

    private void onStats(QuicConnectionStats stats) {
        tally.packets(stats.sent());
        tally.lost(stats.lost());
    }

    /** Keeps the stream full: some pieces wait to be taken, each followed by the next. */
    private final class Writer extends ChannelInboundHandlerAdapter {
        private final ByteBuf piece = Unpooled.directBuffer(PIECE_BYTES).writeZero(PIECE_BYTES);

        @Override
        public void channelActive(ChannelHandlerContext context) {
            for (int i = 0; i < PIECES_WAITING; i++) {
                write(context);
            }
        }

        @SuppressWarnings("FutureReturnValueIgnored") // the listener hears of it
        private void write(ChannelHandlerContext context) {
            context.writeAndFlush(piece.retainedDuplicate()).addListener(taken -> {
                if (taken.isSuccess()) {
                    bytes += PIECE_BYTES;
                    tally.bytes(bytes);
                    write(context);
                } else {
                    context.fireExceptionCaught(taken.cause());
                }
            });
        }
    }
}
