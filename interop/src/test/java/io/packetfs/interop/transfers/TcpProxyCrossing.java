package io.packetfs.interop.transfers;

import eu.rekawek.toxiproxy.model.ToxicDirection;
import io.packetfs.nettyio.NettyTcpPort;
import io.packetfs.nettyio.NettyTcpPortConfig;
import io.packetfs.sim.LinkEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;

/** Over TCP on loopback through a Toxiproxy, or what speaks like one, with the toxics that all of them have. */
final class TcpProxyCrossing extends LiveCrossing {
    private static final NettyTcpPortConfig CONFIG =
            NettyTcpPortConfig.on(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
    private static final long SLOW_KILOBYTES_PER_SECOND = 3_750;

    private final ProxyServer server;
    private boolean hasSent;

    TcpProxyCrossing(int timeoutMs) throws IOException {
        super(NettyTcpPort.open(CONFIG.withoutListening()), NettyTcpPort.open(CONFIG), timeoutMs);
        server = ProxyServer.forTcp(receiverAddress());
        listen(new SecureRandom()::nextBytes);
    }

    /** A stream to an address carries one connection, and lingers with it; so each transfer is sent as by a process of its own. */
    @Override
    void beforeSending() {
        if (hasSent) {
            renewSender(NettyTcpPort.open(CONFIG.withoutListening()));
        }
        hasSent = true;
    }

    @Override
    InetSocketAddress target() {
        return server.address();
    }

    @Override
    void set(Trouble trouble) {
        try {
            // What a toxic holds is handed on when it is removed; a cut comes on top, and nothing passes it.
            if (trouble != Trouble.CUT) {
                server.removeToxics();
            }
            for (ToxicDirection direction : ToxicDirection.values()) {
                set(direction, trouble);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A stream that loses bytes is broken; one whose line has no rate waits. */
    @Override
    void pause() {
        try {
            server.removeToxics();
            for (ToxicDirection direction : ToxicDirection.values()) {
                server.proxy().toxics().bandwidth("nothing_" + direction, direction, 0);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    long count(LinkEvent event) {
        throw new UnsupportedOperationException("a stream has no datagrams");
    }

    @Override
    void closePath() {
        server.close();
    }

    private void set(ToxicDirection direction, Trouble trouble) throws IOException {
        var toxics = server.proxy().toxics();
        switch (trouble) {
            case NONE -> {}
            case DELAY -> toxics.latency("late_" + direction, direction, 10).setJitter(6);
            case SLOW -> {
                toxics.latency("late_" + direction, direction, 3);
                toxics.bandwidth("slow_" + direction, direction, SLOW_KILOBYTES_PER_SECOND);
            }
            case SLICED -> {
                toxics.latency("late_" + direction, direction, 3);
                // The attributes are in force one after the other, and a variation may not be larger than the size.
                toxics.slicer("sliced_" + direction, direction, 700, 0).setSizeVariation(650);
            }
            case CUT -> toxics.resetPeer("cut_" + direction, direction, 0);
            default -> throw new IllegalArgumentException(trouble + " is nothing for a stream");
        }
    }
}
