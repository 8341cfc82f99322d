package io.packetfs.endpoint;

import io.packetfs.ackwindow.CongestionControllerSupplier;
import io.packetfs.endpoint.agent.EndpointAgent;
import io.packetfs.protocol.Ticket;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.protocol.handshake.TicketSecrets;
import io.packetfs.sim.LinkSettings;
import io.packetfs.sim.SimLink;
import io.packetfs.sim.SimNetwork;
import io.packetfs.sim.SimPort;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/**
 * Transfers by whole engines over one wire, all in virtual time and all from one seed: each {@link Flow} has a host of its own at both
 * ends, and all share the two directions of the wire. Packets are check-summed, not sealed: it is the rate that is looked at.
 *
 * <p>Hosts may be sluggish: then an engine runs at random moments and not when something comes or is due, as it does where threads wait
 * for a processor. So it sends late and in larger pieces, takes datagrams for later than they came, and acknowledges many at once.
 */
final class SharedWire {
    private static final int GRAM_BYTES = 1 << 20;

    final SimLink forward;
    final SimLink back;
    private final long seed;
    private final SimNetwork network;
    private final SplittableRandom random;
    private final List<Host> hosts = new ArrayList<>();
    private long sluggishNsMax;
    private int flowCount;

    SharedWire(long seed, LinkSettings forwardSettings, LinkSettings backSettings) {
        this.seed = seed;
        network = new SimNetwork(seed);
        random = new SplittableRandom(seed);
        forward = network.newLink("forward", forwardSettings);
        back = network.newLink("back", backSettings);
    }

    SharedWire(long seed, LinkSettings settings) {
        this(seed, settings, settings);
    }

    /** From now on engines run up to this much after they last ran, and not when something happens. */
    SharedWire sluggish(long nsMax) {
        sluggishNsMax = nsMax;
        hosts.forEach(Host::plan);
        return this;
    }

    long nowNs() {
        return network.nowNs();
    }

    /** Adds a transfer of so many bytes that begins now. */
    Flow add(CongestionControllerSupplier congestion, long bytes) {
        Flow flow = new Flow(++flowCount, congestion, bytes);
        hosts.add(flow.sender);
        hosts.add(flow.receiver);
        return flow;
    }

    /** Lets time pass until something holds, which it must by {@code limitNs}. */
    boolean runUntil(BooleanSupplier done, long limitNs) {
        hosts.forEach(Host::run);
        while (!done.getAsBoolean()) {
            long nextNs = sluggishNsMax > 0 ? Long.MAX_VALUE : network.nextEventNs();
            for (Host host : hosts) {
                nextNs = Math.min(nextNs, sluggishNsMax > 0 ? host.nextNs : host.agent.deadlineNs());
            }
            if (nextNs > limitNs) {
                network.advanceTo(limitNs);
                return done.getAsBoolean();
            }
            network.advanceTo(Math.max(nextNs, network.nowNs()));
            hosts.forEach(Host::run);
        }
        return true;
    }

    void runUntil(long ns) {
        runUntil(() -> false, ns);
    }

    /** An engine on its host. */
    private final class Host {
        private final EndpointAgent agent;
        private long nextNs;

        Host(EndpointAgent agent) {
            this.agent = agent;
            plan();
        }

        void plan() {
            nextNs = network.nowNs() + (sluggishNsMax == 0 ? 0 : 1 + random.nextLong(sluggishNsMax));
        }

        void run() {
            if (sluggishNsMax > 0 && network.nowNs() < nextNs) {
                return;
            }
            while (agent.poll() > 0) {
                // until there is nothing left to do at this moment
            }
            plan();
        }
    }

    /** One transfer. */
    final class Flow implements ConnectionListener {
        final Connection connection;
        private final PatternBlob source;
        private final PatternBlob landing;
        private final Host sender;
        private final Host receiver;
        private Connection accepted;
        private long offered;
        private long startNs;
        private long steadyFromNs;
        private long steadyFromBytes;

        Flow(int number, CongestionControllerSupplier congestion, long bytes) {
            SimPort from = network.bind(EnginePair.address(2 * number, 4_001));
            SimPort to = network.bind(EnginePair.address(2 * number + 1, 4_002));
            network.route(from.localAddress().getAddress(), to.localAddress().getAddress(), forward);
            network.route(to.localAddress().getAddress(), from.localAddress().getAddress(), back);
            EndpointConfig config = EndpointConfig.defaults(congestion);
            long flowSeed = seed * 1_009 + number * 31L;
            Endpoint client = new Endpoint(config, EnginePair.entropy(flowSeed + 1));
            Endpoint server = new Endpoint(config, EnginePair.entropy(flowSeed + 2));
            sender = new Host(new EndpointAgent(client, from, network::nowNs));
            receiver = new Host(new EndpointAgent(server, to, network::nowNs));
            TicketSecrets secrets =
                    TicketSecrets.generate(EnginePair.entropy(flowSeed + 3), CipherSuite.AES_256_GCM, true);
            Ticket ticket = secrets.ticket(List.of(to.localAddress()));
            source = new PatternBlob(bytes);
            landing = new PatternBlob(bytes);
            startNs = network.nowNs();
            server.listen(secrets, connection -> new Receiver());
            connection = client.connect(network.nowNs(), to.localAddress(), ticket, this);
        }

        /** Bytes that have landed, each once. */
        long landedBytes() {
            return landing.writtenBytes();
        }

        boolean isWhole() {
            return landing.writtenBytes() == source.sizeBytes();
        }

        /** The flow-credit window that the receiver grants. */
        long creditWindowBytes() {
            return accepted == null ? 0 : accepted.stats().creditWindowBytes();
        }

        /** The steady part begins here. */
        void beginSteadyPart() {
            steadyFromNs = network.nowNs();
            steadyFromBytes = landedBytes();
        }

        /** What landed in the steady part, in bits per second. */
        double goodputBitsPerSecond() {
            return (landedBytes() - steadyFromBytes) * 8e9 / (network.nowNs() - steadyFromNs);
        }

        long startNs() {
            return startNs;
        }

        @Override
        public void onConnected(Connection connected) {
            offer(connected);
        }

        @Override
        public void onWritable(Connection writable) {
            offer(writable);
        }

        private void offer(Connection to) {
            while (offered < source.sizeBytes()) {
                int length = (int) Math.min(GRAM_BYTES, source.sizeBytes() - offered);
                if (!to.trySend(OutboundGram.placed(1, 1, source, offered, length))) {
                    return;
                }
                offered += length;
            }
        }

        @Override
        public void onGramDelivered(Connection from, DeliveredGram gram) {}

        @Override
        public void onGramAcknowledged(Connection from, OutboundGram gram) {}

        @Override
        public void onClosed(Connection ended, int reason, String message, boolean byPeer) {
            throw new AssertionError("closed with reason " + reason + " " + message);
        }

        private final class Receiver implements ConnectionListener {
            @Override
            public void onConnected(Connection connected) {
                accepted = connected;
                connected.registerLanding(1, landing);
            }

            @Override
            public void onGramDelivered(Connection from, DeliveredGram gram) {}

            @Override
            public void onGramAcknowledged(Connection from, OutboundGram gram) {}

            @Override
            public void onWritable(Connection writable) {}

            @Override
            public void onClosed(Connection ended, int reason, String message, boolean byPeer) {
                throw new AssertionError("closed with reason " + reason + " " + message);
            }
        }
    }
}
