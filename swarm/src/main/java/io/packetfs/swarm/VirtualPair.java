package io.packetfs.swarm;

import io.packetfs.endpoint.CommonBlob;
import io.packetfs.endpoint.Endpoint;
import io.packetfs.endpoint.agent.EndpointAgent;
import io.packetfs.protocol.crypto.Entropy;
import io.packetfs.protocol.trace.Trace;
import io.packetfs.protocol.trace.TracePair;
import io.packetfs.sim.SimLink;
import io.packetfs.sim.SimNetwork;
import io.packetfs.sim.SimPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * Two engines and the network between them, in virtual time and on one thread, all from one seed. What the scenario plans happens in
 * {@link #at actions}; what a disk would do happens in {@link #disk tasks} when the engines have nothing to do.
 */
final class VirtualPair {
    static final long MS = 1_000_000;
    static final long SECOND = 1_000 * MS;

    /** So many cycles without time passing are not progress but a spin. */
    private static final int IDLE_CYCLES_MAX = 200_000;

    private static final int CLIENT_PORT = 4_001;
    private static final int SERVER_PORT = 4_002;
    private static final int CHANGED_HOST = 20;
    private static final int CHANGED_PORT = 5_000;

    final SimNetwork network;
    final SimPort clientPort;
    final SimPort serverPort;
    final Endpoint client;
    final Endpoint server;
    final EndpointAgent clientAgent;
    final EndpointAgent serverAgent;
    final ArrayDeque<Runnable> disk = new ArrayDeque<>();
    final RunLog log = new RunLog();
    private final long seed;
    private final TreeMap<Long, ArrayDeque<Runnable>> actions = new TreeMap<>();
    private final long stallNsMax;
    private final BooleanSupplier stop;
    private long lastProgressNs;
    private int addressChanges;

    VirtualPair(Scenario scenario, Observers observers) {
        seed = scenario.seed();
        stallNsMax = scenario.stallNsMax();
        stop = observers.stop();
        network = new SimNetwork(seed);
        if (observers.packetLog() != null) {
            network.logTo(observers.packetLog());
        }
        clientPort = network.bind(address(1, CLIENT_PORT));
        serverPort = network.bind(address(2, SERVER_PORT));
        clientPort.receiveBufferBytesMax(scenario.client().receiveBufferBytes());
        serverPort.receiveBufferBytesMax(scenario.server().receiveBufferBytes());
        Trace.Supplier traces = (connectionId, isInitiator) ->
                new TracePair(new PacketCheck(), observers.traces().trace(connectionId, isInitiator));
        client = new Endpoint(scenario.client().config(blob(scenario, Side.CLIENT)), entropy(1), traces);
        server = new Endpoint(scenario.server().config(blob(scenario, Side.SERVER)), entropy(2), traces);
        clientAgent = new EndpointAgent(client, clientPort, network::nowNs);
        serverAgent = new EndpointAgent(server, serverPort, network::nowNs);
        apply(up(), "up", scenario.up());
        apply(down(), "down", scenario.down());
    }

    private static CommonBlob blob(Scenario scenario, Side side) {
        return scenario.blob().map(plan -> plan.of(side, scenario.seed())).orElse(null);
    }

    /** A sequence of its own for each purpose. */
    Entropy entropy(int purpose) {
        SplittableRandom random = random(purpose);
        return random::nextBytes;
    }

    SplittableRandom random(int purpose) {
        return new SplittableRandom(seed * 31 + purpose);
    }

    SimLink up() {
        return clientPort.linkTo(serverPort);
    }

    SimLink down() {
        return serverPort.linkTo(clientPort);
    }

    long nowNs() {
        return network.nowNs();
    }

    void say(String what) {
        log.add(network.nowNs(), what);
    }

    /** Lets something happen at a moment, which counts as progress. */
    void at(long atNs, Runnable action) {
        actions.computeIfAbsent(atNs, at -> new ArrayDeque<>()).add(action);
    }

    /** Something came through. */
    void onProgress() {
        lastProgressNs = network.nowNs();
    }

    /** Gives one side another address. */
    void changeAddress(Side side, boolean isNewHost) {
        SimPort port = side == Side.CLIENT ? clientPort : serverPort;
        int host = isNewHost ? CHANGED_HOST + addressChanges : side == Side.CLIENT ? 1 : 2;
        port.rebind(address(host, CHANGED_PORT + addressChanges));
        addressChanges++;
        say(side + " is now at " + port.externalAddress());
    }

    /**
     * Lets time pass until something holds.
     *
     * @param isQuiet whether nothing can come through now, because nothing is under way or nobody reads
     * @throws ScenarioFailure if nothing comes through for too long before it does
     */
    void runUntil(BooleanSupplier done, BooleanSupplier isQuiet, String what) {
        int cycles = 0;
        onProgress();
        while (!done.getAsBoolean()) {
            boolean acted = act();
            if (clientAgent.poll() + serverAgent.poll() > 0 || acted || runDisk()) {
                cycles++;
            } else {
                long nextNs = nextNs();
                if (isQuiet.getAsBoolean()) {
                    onProgress();
                }
                if (nextNs == Long.MAX_VALUE || nextNs - lastProgressNs > stallNsMax) {
                    throw new ScenarioFailure(what + " did not happen; nothing has come through since "
                            + lastProgressNs / MS + " ms" + (nextNs == Long.MAX_VALUE ? ", and nothing will" : ""));
                }
                cycles = nextNs > network.nowNs() ? 0 : cycles + 1;
                network.advanceTo(Math.max(nextNs, network.nowNs()));
            }
            if (cycles > IDLE_CYCLES_MAX) {
                throw new ScenarioFailure("time stands still at " + network.nowNs() + " ns");
            }
            if (stop.getAsBoolean()) {
                throw new ScenarioFailure("it was told to stop");
            }
            if (network.nowNs() > Scenario.TIME_NS_MAX) {
                throw new ScenarioFailure(what + " did not happen in a day");
            }
        }
    }

    private boolean act() {
        boolean acted = false;
        while (!actions.isEmpty() && actions.firstKey() <= network.nowNs()) {
            ArrayDeque<Runnable> due = actions.pollFirstEntry().getValue();
            onProgress();
            clientAgent.poll(); // so that the engines' clocks show the time of the action
            serverAgent.poll();
            due.forEach(Runnable::run);
            acted = true;
        }
        return acted;
    }

    private boolean runDisk() {
        Runnable task = disk.poll();
        if (task == null) {
            return false;
        }
        task.run();
        return true;
    }

    private long nextNs() {
        long deadlineNs = Math.min(clientAgent.deadlineNs(), serverAgent.deadlineNs());
        long actionNs = actions.isEmpty() ? Long.MAX_VALUE : actions.firstKey();
        return Math.min(Math.min(network.nextEventNs(), deadlineNs), actionNs);
    }

    private void apply(SimLink link, String name, LinkCourse course) {
        link.settings(course.start());
        for (LinkCourse.Change change : course.changes()) {
            at(change.atNs(), () -> {
                link.settings(change.settings());
                say("the path " + name + " changes");
            });
        }
    }

    static InetSocketAddress address(int host, int port) {
        try {
            return new InetSocketAddress(
                    InetAddress.getByAddress(new byte[] {10, 0, (byte) (host >> 8), (byte) host}), port);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
