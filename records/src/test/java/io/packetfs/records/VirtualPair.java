package io.packetfs.records;

import io.packetfs.protocol.crypto.Entropy;
import io.packetfs.sim.LinkEvent;
import io.packetfs.sim.LinkSettings;
import io.packetfs.sim.SimNetwork;
import io.packetfs.sim.SimPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** Two endpoints without threads and the network between them: everything in virtual time, and all from one seed. */
final class VirtualPair {
    static final long MS = 1_000_000;
    static final long SECOND = 1_000 * MS;

    /** So many cycles without time passing are not progress but a spin. */
    private static final int IDLE_CYCLES_MAX = 200_000;

    final SimNetwork network;
    final GramEndpoint client;
    final GramEndpoint server;
    final GramListener listener;
    private final SimPort clientPort;
    private final SimPort serverPort;

    VirtualPair(long seed, LinkSettings links) {
        this(seed, links, GramConfig.defaults(), GramConfig.defaults());
    }

    VirtualPair(long seed, LinkSettings links, GramConfig clientConfig, GramConfig serverConfig) {
        network = new SimNetwork(seed, links);
        clientPort = network.bind(address(1, 4001));
        serverPort = network.bind(address(2, 4002));
        client = GramEndpoint.polled(clientPort, clientConfig, network::nowNs, entropy(seed * 31 + 1));
        server = GramEndpoint.polled(serverPort, serverConfig, network::nowNs, entropy(seed * 31 + 2));
        listener = server.listen();
    }

    static LinkSettings link(long delayMs, double loss) {
        return LinkSettings.builder()
                .delayNs(delayMs * MS)
                .lossProbability(loss)
                .build();
    }

    /** What the client sends is lost from now on with another probability, and so is what it is sent. */
    void links(LinkSettings settings) {
        clientPort.linkTo(serverPort).settings(settings);
        serverPort.linkTo(clientPort).settings(settings);
    }

    long datagramsToServer() {
        return clientPort.linkTo(serverPort).counters().datagrams(LinkEvent.SENT);
    }

    GramConnection connect() {
        CompletableFuture<GramConnection> connecting = client.connectAsync(listener.ticket());
        runUntil(connecting::isDone, 20 * SECOND);
        return connecting.join();
    }

    GramConnection accepted() {
        GramConnection[] accepted = new GramConnection[1];
        runUntil(() -> (accepted[0] = listener.tryAccept()) != null, 20 * SECOND);
        return accepted[0];
    }

    /** Lets time pass until {@code condition} holds; fails when it does not within {@code limitNs}. */
    void runUntil(BooleanSupplier condition, long limitNs) {
        long endNs = network.nowNs() + limitNs;
        while (!condition.getAsBoolean()) {
            if (network.nowNs() >= endNs) {
                throw new AssertionError("not within " + limitNs / MS + " ms of virtual time");
            }
            step(endNs);
        }
    }

    void runFor(long ns) {
        long endNs = network.nowNs() + ns;
        while (network.nowNs() < endNs) {
            step(endNs);
        }
    }

    /** Does all that can be done now, and moves on to when there is more. */
    private void step(long endNs) {
        settle();
        long nextNs = Math.min(network.nextEventNs(), Math.min(client.deadlineNs(), server.deadlineNs()));
        network.advanceTo(Math.clamp(nextNs, network.nowNs() + 1, endNs));
        settle();
    }

    void settle() {
        int cycles = 0;
        while (client.poll() + server.poll() > 0) {
            if (++cycles > IDLE_CYCLES_MAX) {
                throw new AssertionError("it spins at " + network.nowNs());
            }
        }
    }

    private static Entropy entropy(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return random::nextBytes;
    }

    private static InetSocketAddress address(int host, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) host}), port);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
