package io.packetfs.interop.transfers;

import io.packetfs.endpoint.Endpoint;
import io.packetfs.endpoint.agent.EndpointAgent;
import io.packetfs.protocol.crypto.Entropy;
import io.packetfs.sim.LinkEvent;
import io.packetfs.sim.LinkSettings;
import io.packetfs.sim.SimNetwork;
import io.packetfs.sim.SimPort;
import io.packetfs.transfer.Workers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/** Both sides and the path in virtual time, on the test's own thread: the same seed is the same run. */
final class VirtualCrossing extends Crossing {
    private final SimNetwork network;
    private final SimPort senderPort;
    private final SimPort receiverPort;
    private final EndpointAgent senderAgent;
    private final EndpointAgent receiverAgent;
    private final Side sender;
    private final Side receiver;
    private final ArrayDeque<Runnable> disk = new ArrayDeque<>();
    private long nextTickNs;

    VirtualCrossing(long seed, int timeoutMs) {
        super(timeoutMs);
        network = new SimNetwork(seed, LinkSettings.CLEAN);
        senderPort = network.bind(new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 4001));
        receiverPort = network.bind(new InetSocketAddress(InetAddress.ofLiteral("10.0.0.2"), 4002));
        Endpoint senderEndpoint = new Endpoint(config(timeoutMs), entropy(seed * 31 + 1));
        Endpoint receiverEndpoint = new Endpoint(config(timeoutMs), entropy(seed * 31 + 2));
        senderAgent = new EndpointAgent(senderEndpoint, senderPort, network::nowNs);
        receiverAgent = new EndpointAgent(receiverEndpoint, receiverPort, network::nowNs);
        sender = new Side(senderEndpoint, new Workers(senderAgent::execute, disk::add), network::nowNs);
        receiver = new Side(receiverEndpoint, new Workers(receiverAgent::execute, disk::add), network::nowNs);
        listen(entropy(seed * 31 + 3));
    }

    @Override
    Side sender() {
        return sender;
    }

    @Override
    Side receiver() {
        return receiver;
    }

    @Override
    InetSocketAddress target() {
        return receiverPort.localAddress();
    }

    @Override
    void set(Trouble trouble) {
        senderPort.linkTo(receiverPort).settings(trouble.towardsReceiver());
        receiverPort.linkTo(senderPort).settings(trouble.towardsSender());
    }

    @Override
    long count(LinkEvent event) {
        return senderPort.linkTo(receiverPort).counters().datagrams(event)
                + receiverPort.linkTo(senderPort).counters().datagrams(event);
    }

    @Override
    boolean runUntil(BooleanSupplier done, long limitNs) {
        long endNs = network.nowNs() + limitNs;
        while (!done.getAsBoolean()) {
            if (network.nowNs() >= nextTickNs) {
                nextTickNs = network.nowNs() + TICK_NS;
                tick();
            }
            if (senderAgent.poll() + receiverAgent.poll() > 0) {
                continue;
            }
            Runnable task = disk.poll();
            if (task != null) {
                task.run();
                continue;
            }
            if (network.nowNs() >= endNs) {
                return false;
            }
            long deadlineNs = Math.min(senderAgent.deadlineNs(), receiverAgent.deadlineNs());
            long nextNs = Math.min(Math.min(network.nextEventNs(), nextTickNs), deadlineNs);
            network.advanceTo(Math.max(nextNs, network.nowNs()));
        }
        return true;
    }

    @Override
    public void close() {
        senderAgent.onClose();
        receiverAgent.onClose();
    }

    private static Entropy entropy(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return random::nextBytes;
    }
}
