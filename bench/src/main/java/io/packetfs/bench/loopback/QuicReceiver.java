package io.packetfs.bench.loopback;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.quic.InsecureQuicTokenHandler;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicChannelOption;
import io.netty.handler.codec.quic.QuicConnectionStats;
import io.netty.handler.codec.quic.QuicServerCodecBuilder;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;

/** A QUIC server that takes one stream and copies it into an area. */
final class QuicReceiver implements End {
    private static final int AREA_BYTES = 256 << 20;
    private static final int STREAM_BUFFER_BYTES = 64 << 10;
    private static final String PASSWORD = "loopback";

    private final Tally tally;
    private final byte[] area = new byte[AREA_BYTES];
    private int place;
    private long bytes;

    QuicReceiver(EndOptions options, Tally tally) {
        assert options.receives();
        this.tally = tally;
    }

    @Override
    public String open() throws IOException, InterruptedException {
        QuicSslContext tls = QuicSslContextBuilder.forServer(selfSigned(), PASSWORD)
                .applicationProtocols(QuicSettings.PROTOCOL)
                .build();
        ChannelHandler codec = QuicSettings.apply(new QuicServerCodecBuilder())
                .sslContext(tls)
                .tokenHandler(InsecureQuicTokenHandler.INSTANCE)
                .option(QuicChannelOption.SEGMENTED_DATAGRAM_PACKET_ALLOCATOR, QuicSettings.segments())
                .handler(new Connected())
                .streamOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(STREAM_BUFFER_BYTES))
                .streamHandler(new Landing())
                .build();
        return Integer.toString(NettyPump.port(QuicSettings.bind(codec)));
    }

    @Override
    public void run() {}

    private final class Connected extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext context) {
            QuicSettings.watch((QuicChannel) context.channel(), this::onStats);
        }

        private void onStats(QuicConnectionStats stats) {
            tally.packets(stats.recv());
        }
    }

    private final class Landing extends SimpleChannelInboundHandler<ByteBuf> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf content) {
            int length = content.readableBytes();
            if (place + length > AREA_BYTES) {
                place = 0;
            }
            content.readBytes(area, place, length);
            place += length;
            bytes += length;
            tally.bytes(bytes);
        }
    }

    /** A certificate that nobody vouches for, made by the JDK's own tool. */
    private static KeyManagerFactory selfSigned() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("pfs-quic-");
        Path file = folder.resolve("keys");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        try {
            Process process = new ProcessBuilder(
                            keytool,
                            "-genkeypair",
                            "-alias",
                            "bench",
                            "-keyalg",
                            "EC",
                            "-groupname",
                            "secp256r1",
                            "-dname",
                            "CN=localhost",
                            "-storetype",
                            "PKCS12",
                            "-storepass",
                            PASSWORD,
                            "-keystore",
                            file.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException("keytool failed: " + said.strip());
            }
            KeyStore store = KeyStore.getInstance("PKCS12");
            try (InputStream input = Files.newInputStream(file)) {
                store.load(input, PASSWORD.toCharArray());
            }
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, PASSWORD.toCharArray());
            return factory;
        } catch (GeneralSecurityException e) {
            throw new IOException("no certificate of our own", e);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }
}
