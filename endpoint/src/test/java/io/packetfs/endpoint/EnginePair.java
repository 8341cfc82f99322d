package io.packetfs.endpoint;

import io.packetfs.endpoint.agent.EndpointAgent;
import io.packetfs.protocol.Ticket;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.protocol.crypto.Entropy;
import io.packetfs.protocol.handshake.TicketSecrets;
import io.packetfs.protocol.trace.Trace;
import io.packetfs.sim.LinkSettings;
import io.packetfs.sim.SimLink;
import io.packetfs.sim.SimNetwork;
import io.packetfs.sim.SimPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/** Two engines and the network between them, all in virtual time and all from one seed. */
final class EnginePair {
    static final long MS = 1_000_000;
    static final long SECOND = 1_000 * MS;

    /** So many cycles without time passing are not progress but a spin. */
    private static final int IDLE_CYCLES_MAX = 200_000;

    final SimNetwork network;
    final SimPort clientPort;
    final SimPort serverPort;
    final Endpoint client;
    final Endpoint server;
    final EndpointAgent clientAgent;
    final EndpointAgent serverAgent;
    final TicketSecrets secrets;
    final Ticket ticket;
    /** What carries the packets in place of the network, which then only keeps the time; null if nothing does. */
    final StreamPipe pipe;

    private final long clockOffsetNs;

    EnginePair(
            long seed,
            EndpointConfig clientConfig,
            EndpointConfig serverConfig,
            CipherSuite suite,
            boolean checksummed) {
        this(seed, clientConfig, serverConfig, suite, checksummed, 0);
    }

    /**
     * @param clockOffsetNs what the engines' clocks show when the network's shows 0
     */
    EnginePair(
            long seed,
            EndpointConfig clientConfig,
            EndpointConfig serverConfig,
            CipherSuite suite,
            boolean checksummed,
            long clockOffsetNs) {
        this(seed, clientConfig, serverConfig, suite, checksummed, clockOffsetNs, (id, isInitiator) -> Trace.NONE);
    }

    /**
     * @param traces makes the traces of both engines' connections
     */
    EnginePair(
            long seed,
            EndpointConfig clientConfig,
            EndpointConfig serverConfig,
            CipherSuite suite,
            boolean checksummed,
            long clockOffsetNs,
            Trace.Supplier traces) {
        this(seed, clientConfig, serverConfig, suite, checksummed, clockOffsetNs, traces, false);
    }

    /** A pair whose packets go over a stream. */
    static EnginePair overStream(
            long seed,
            EndpointConfig clientConfig,
            EndpointConfig serverConfig,
            CipherSuite suite,
            boolean checksummed) {
        return new EnginePair(
                seed, clientConfig, serverConfig, suite, checksummed, 0, (id, isInitiator) -> Trace.NONE, true);
    }

    static EnginePair overStream(long seed) {
        return overStream(seed, Engines.config(), Engines.config(), CipherSuite.AES_256_GCM, false);
    }

    private EnginePair(
            long seed,
            EndpointConfig clientConfig,
            EndpointConfig serverConfig,
            CipherSuite suite,
            boolean checksummed,
            long clockOffsetNs,
            Trace.Supplier traces,
            boolean overStream) {
        this.clockOffsetNs = clockOffsetNs;
        network = new SimNetwork(seed);
        clientPort = network.bind(address(1, 4001));
        serverPort = network.bind(address(2, 4002));
        client = new Endpoint(clientConfig, entropy(seed * 31 + 1), traces);
        server = new Endpoint(serverConfig, entropy(seed * 31 + 2), traces);
        pipe = overStream
                ? new StreamPipe(seed, network::nowNs, clientPort.localAddress(), serverPort.localAddress())
                : null;
        clientAgent = new EndpointAgent(client, overStream ? pipe.near() : clientPort, this::engineNowNs);
        serverAgent = new EndpointAgent(server, overStream ? pipe.far() : serverPort, this::engineNowNs);
        secrets = TicketSecrets.generate(entropy(seed * 31 + 3), suite, checksummed);
        ticket = secrets.ticket(List.of(serverPort.localAddress()));
    }

    EnginePair(long seed) {
        this(seed, Engines.config(), Engines.config(), CipherSuite.AES_256_GCM, false);
    }

    static Entropy entropy(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return random::nextBytes;
    }

    static InetSocketAddress address(int host, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) host}), port);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    SimLink up() {
        return network.link(
                clientPort.localAddress().getAddress(),
                serverPort.localAddress().getAddress());
    }

    SimLink down() {
        return network.link(
                serverPort.localAddress().getAddress(),
                clientPort.localAddress().getAddress());
    }

    EnginePair links(LinkSettings both) {
        up().settings(both);
        down().settings(both);
        return this;
    }

    /** Listens at the server and connects the client. */
    Connection connect(ConnectionListener clientListener, ConnectionAcceptor acceptor) {
        server.listen(secrets, acceptor);
        return client.connect(engineNowNs(), serverPort.localAddress(), ticket, clientListener);
    }

    /**
     * Lets time pass until something holds.
     *
     * @return whether it held by {@code limitNs} of virtual time
     */
    boolean runUntil(BooleanSupplier done, long limitNs) {
        int cycles = 0;
        while (!done.getAsBoolean()) {
            if (clientAgent.poll() + serverAgent.poll() > 0) {
                if (++cycles > IDLE_CYCLES_MAX) {
                    throw new AssertionError("an engine is spinning at " + network.nowNs() + " ns");
                }
                continue;
            }
            long nextNs = Math.min(network.nextEventNs(), Math.min(networkNs(clientAgent), networkNs(serverAgent)));
            nextNs = pipe == null ? nextNs : Math.min(nextNs, pipe.nextEventNs());
            if (nextNs == Long.MAX_VALUE || nextNs > limitNs) {
                return done.getAsBoolean();
            }
            cycles = nextNs > network.nowNs() ? 0 : cycles + 1;
            if (cycles > IDLE_CYCLES_MAX) {
                throw new AssertionError("time stands still at " + network.nowNs() + " ns");
            }
            network.advanceTo(Math.max(nextNs, network.nowNs()));
        }
        return true;
    }

    /** What the engines' clocks show. */
    long engineNowNs() {
        return network.nowNs() + clockOffsetNs;
    }

    private long networkNs(EndpointAgent agent) {
        long deadlineNs = agent.deadlineNs();
        return deadlineNs == Long.MAX_VALUE ? Long.MAX_VALUE : deadlineNs - clockOffsetNs;
    }

    /** Lets this much time pass. */
    void runFor(long ns) {
        long endNs = network.nowNs() + ns;
        runUntil(() -> false, endNs);
        network.advanceTo(endNs);
    }
}
