package io.packetfs.records;

import io.packetfs.nettyio.NettyUdpPort;
import io.packetfs.nettyio.NettyUdpPortConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/** Two endpoints with threads and sockets, connected over loopback. */
final class LoopbackPair implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    final GramEndpoint server;
    final GramEndpoint client;
    final GramListener listener;
    final GramConnection out;
    final GramConnection in;

    LoopbackPair() throws Exception {
        this(GramConfig.defaults());
    }

    LoopbackPair(GramConfig config) throws Exception {
        server = open(config);
        client = open(config);
        listener = server.listen();
        out = client.connect(listener.ticket());
        in = listener.accept(PATIENCE);
    }

    static GramEndpoint open(GramConfig config) {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return GramEndpoint.over(NettyUdpPort.open(NettyUdpPortConfig.on(anyPort)), config);
    }

    @Override
    public void close() throws GramException {
        try {
            client.close();
        } finally {
            server.close();
        }
    }
}
