package io.packetfs.transfer;

import io.packetfs.ackwindow.Cubic;
import io.packetfs.endpoint.CommonBlob;
import io.packetfs.endpoint.Connection;
import io.packetfs.endpoint.ConnectionListener;
import io.packetfs.endpoint.Endpoint;
import io.packetfs.endpoint.EndpointConfig;
import io.packetfs.endpoint.agent.EndpointAgent;
import io.packetfs.protocol.Ticket;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.protocol.crypto.Entropy;
import io.packetfs.protocol.handshake.TicketSecrets;
import io.packetfs.sim.LinkSettings;
import io.packetfs.sim.SimNetwork;
import io.packetfs.sim.SimPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A sender and a receiver over a network in virtual time, all on one thread: disk tasks run between the agents' cycles. */
final class TwoSides {
    static final long MS = 1_000_000;
    static final long SECOND = 1_000 * MS;
    static final long STALL_TIMEOUT_NS = 30 * SECOND;

    private static final long TICK_NS = 50 * MS;

    final SimNetwork network;
    final SimPort senderPort;
    final SimPort receiverPort;
    final Workers senderWorkers;
    final Workers receiverWorkers;
    final List<SimPort> stripePorts = new ArrayList<>();
    final List<Connection> stripeConnections = new ArrayList<>();
    private final List<Endpoint> stripeEndpoints = new ArrayList<>();
    private final List<EndpointAgent> stripeAgents = new ArrayList<>();

    /** The most connections that the receiver takes. */
    int streamsMax = 16;

    final List<TransferReport> received = new ArrayList<>();
    private final Endpoint sender;
    private final Endpoint receiver;
    private final EndpointAgent senderAgent;
    private final EndpointAgent receiverAgent;
    private final TicketSecrets secrets;
    private final ArrayDeque<Runnable> disk = new ArrayDeque<>();
    private ReceiveDesk desk;
    private TransferSession sending;

    TwoSides(long seed, LinkSettings link) {
        this(seed, link, null, null);
    }

    /** Sides that hold these blobs; null for none. */
    TwoSides(long seed, LinkSettings link, CommonBlob ofSender, CommonBlob ofReceiver) {
        network = new SimNetwork(seed, link);
        senderPort = network.bind(address(1, 4001));
        receiverPort = network.bind(address(2, 4002));
        EndpointConfig.Builder config = EndpointConfig.builder(Cubic.supplier());
        sender = new Endpoint(config.commonBlob(ofSender).build(), entropy(seed * 31 + 1));
        receiver = new Endpoint(config.commonBlob(ofReceiver).build(), entropy(seed * 31 + 2));
        senderAgent = new EndpointAgent(sender, senderPort, network::nowNs);
        receiverAgent = new EndpointAgent(receiver, receiverPort, network::nowNs);
        secrets = TicketSecrets.generate(entropy(seed * 31 + 3), CipherSuite.AES_256_GCM, false);
        senderWorkers = new Workers(senderAgent::execute, disk::add);
        receiverWorkers = new Workers(receiverAgent::execute, disk::add);
    }

    static TwoSides overCleanLink() {
        return new TwoSides(1, LinkSettings.builder().delayMs(5).build());
    }

    /** Receives into a folder. */
    TwoSides receiveInto(ReceiveFolder folder) {
        StripeDirectory directory = new StripeDirectory(entropy(4), streamsMax);
        desk = new ReceiveDesk(
                admission -> new FileReceiveSession(
                        folder, directory, admission, receiverWorkers, network::nowNs, STALL_TIMEOUT_NS),
                received::add);
        receiver.listen(secrets, desk);
        return this;
    }

    /** Further connections of the sender, each from an address and an agent of its own. */
    StripeConnector stripes(int streams) {
        for (int i = stripeAgents.size() + 1; i < streams; i++) {
            SimPort port = network.bind(address(100 + i, 4001));
            Endpoint endpoint = new Endpoint(EndpointConfig.defaults(Cubic.supplier()), entropy(1_000 + i));
            stripePorts.add(port);
            stripeEndpoints.add(endpoint);
            stripeAgents.add(new EndpointAgent(endpoint, port, network::nowNs));
        }
        return new StripeConnector() {
            @Override
            public int streams() {
                return streams;
            }

            @Override
            public Executor agent(int index) {
                return stripeAgents.get(index - 1)::execute;
            }

            @Override
            public void connect(int index, InetSocketAddress peer, ConnectionListener listener) {
                stripeConnections.add(
                        stripeEndpoints.get(index - 1).connect(network.nowNs(), peer, ticket(), listener));
            }
        };
    }

    /** Receives with sessions of another kind. */
    TwoSides receiveAt(ReceiveDesk other) {
        desk = other;
        receiver.listen(secrets, desk);
        return this;
    }

    /** Whoever connects is listened to by somebody who need keep no rule. */
    TwoSides receiveAt(ConnectionListener anybody) {
        receiver.listen(secrets, connection -> anybody);
        return this;
    }

    Connection connect(ConnectionListener listener) {
        return sender.connect(network.nowNs(), receiverPort.localAddress(), ticket(), listener);
    }

    Ticket ticket() {
        return secrets.ticket(List.of(receiverPort.localAddress()));
    }

    /** Starts a session; {@link #run} lets it go on. */
    <S extends TransferSession> S start(S session) {
        sending = session;
        connect(session);
        return session;
    }

    AddressRace race(TransferSession session, List<InetSocketAddress> addresses, long timeoutNs) {
        sending = session;
        return new AddressRace(
                addresses,
                (address, listener) -> sender.connect(network.nowNs(), address, ticket(), listener),
                session,
                timeoutNs,
                "");
    }

    /** Runs until both sides have reported and returns the sender's report. */
    TransferReport run() {
        boolean over = runUntil(() -> sending.report().isDone() && !received.isEmpty(), 600 * SECOND, now -> {});
        if (!over) {
            throw new AssertionError(
                    "not over after " + network.nowNs() / SECOND + " s: " + sending.progress() + ", " + received);
        }
        return sending.report().join();
    }

    /** Lets time pass until something holds; false if it did not by then. */
    boolean runUntil(BooleanSupplier done, long limitNs, Consumer<Long> onTick) {
        long nextTickNs = network.nowNs();
        while (!done.getAsBoolean()) {
            if (network.nowNs() >= nextTickNs) {
                nextTickNs = network.nowNs() + TICK_NS;
                onTick.accept(network.nowNs());
                if (sending != null) {
                    sending.onTick();
                }
                if (desk != null) {
                    desk.onTick();
                }
            }
            int work = senderAgent.poll() + receiverAgent.poll();
            long deadlineNs = Math.min(senderAgent.deadlineNs(), receiverAgent.deadlineNs());
            for (EndpointAgent agent : stripeAgents) {
                work += agent.poll();
                deadlineNs = Math.min(deadlineNs, agent.deadlineNs());
            }
            if (work > 0) {
                continue;
            }
            Runnable task = disk.poll();
            if (task != null) {
                task.run();
                continue;
            }
            if (network.nowNs() >= limitNs) {
                return false;
            }
            long nextNs = Math.min(Math.min(network.nextEventNs(), nextTickNs), deadlineNs);
            network.advanceTo(Math.max(nextNs, network.nowNs()));
        }
        return true;
    }

    static InetSocketAddress address(int host, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) host}), port);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static Entropy entropy(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return random::nextBytes;
    }
}
