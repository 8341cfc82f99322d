package io.packetfs.endpoint;

import io.packetfs.endpoint.agent.EndpointAgent;
import io.packetfs.endpoint.agent.ShardExchange;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.protocol.handshake.TicketSecrets;
import io.packetfs.protocol.port.DatagramPort;
import io.packetfs.protocol.port.DatagramReceiver;
import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.port.PortFeatures;
import io.packetfs.protocol.trace.Trace;
import io.packetfs.sim.LinkSettings;
import io.packetfs.sim.SimNetwork;
import io.packetfs.sim.SimPort;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/** A server of several shards behind one address, clients that each have an address of their own, and virtual time. */
final class ShardedServer {
    private static final InetSocketAddress SERVER = EnginePair.address(99, 4099);

    final SimNetwork network;
    final List<Endpoint> shards = new ArrayList<>();
    final TicketSecrets secrets;
    private final SimPort port;
    private final List<Door> doors = new ArrayList<>();
    private final List<EndpointAgent> agents = new ArrayList<>();
    private final List<SimPort> clientPorts = new ArrayList<>();
    private final long seed;

    /** Which shard's socket gets a datagram, right or wrong. */
    IntSupplier kernel = () -> 0;

    /** The part of the port that one shard sees. */
    private final class Door implements DatagramPort {
        private final ArrayDeque<byte[]> inbox = new ArrayDeque<>();
        private final ArrayDeque<InetSocketAddress> sources = new ArrayDeque<>();

        @Override
        public InetSocketAddress localAddress() {
            return SERVER;
        }

        @Override
        public PortFeatures features() {
            return port.features();
        }

        @Override
        public int receive(DatagramReceiver receiver) {
            port.receive(ShardedServer.this::distribute);
            int count = inbox.size();
            while (!inbox.isEmpty()) {
                byte[] datagram = inbox.remove();
                receiver.onDatagrams(
                        sources.remove(), MemorySegment.ofArray(datagram), datagram.length, datagram.length, 0);
            }
            return count;
        }

        @Override
        public boolean send(DatagramTrain train) {
            return port.send(train);
        }

        @Override
        public void await(long timeoutNs) {
            throw new AssertionError("nobody waits in virtual time");
        }

        @Override
        public void wakeup() {}

        @Override
        public void close() {}
    }

    ShardedServer(long seed, int count, LinkSettings path) {
        this.seed = seed;
        network = new SimNetwork(seed, path);
        port = network.bind(SERVER);
        secrets = TicketSecrets.generate(EnginePair.entropy(seed), CipherSuite.AES_256_GCM, false);
        ShardExchange exchange = new ShardExchange(count);
        for (int i = 0; i < count; i++) {
            Endpoint shard = new Endpoint(
                    Engines.config(),
                    EnginePair.entropy(seed * 31 + i),
                    (connectionId, isInitiator) -> Trace.NONE,
                    exchange.shard(i));
            Door door = new Door();
            shards.add(shard);
            doors.add(door);
            agents.add(new EndpointAgent(shard, door, network::nowNs, exchange));
        }
    }

    void listen(ConnectionAcceptor acceptor) {
        shards.forEach(shard -> shard.listen(secrets, acceptor));
    }

    /** Connects a client from an address of its own. */
    Connection connect(int host, ConnectionListener listener) {
        SimPort clientPort = network.bind(EnginePair.address(host, 4000));
        Endpoint client = new Endpoint(Engines.config(), EnginePair.entropy(seed * 31 + 1_000 + host));
        clientPorts.add(clientPort);
        agents.add(new EndpointAgent(client, clientPort, network::nowNs));
        return client.connect(network.nowNs(), SERVER, secrets.ticket(List.of(SERVER)), listener);
    }

    /** As a client's network address translation does at times. */
    void rebind(int client, int host) {
        clientPorts.get(client).rebind(EnginePair.address(host, 4000));
    }

    /** Lets time pass until something holds; whether it held by {@code limitNs}. */
    boolean runUntil(BooleanSupplier done, long limitNs) {
        while (!done.getAsBoolean()) {
            int work = 0;
            long nextNs = network.nextEventNs();
            for (EndpointAgent agent : agents) {
                work += agent.poll();
                nextNs = Math.min(nextNs, agent.deadlineNs());
            }
            if (work > 0) {
                continue;
            }
            nextNs = Math.min(network.nextEventNs(), nextNs);
            if (nextNs > limitNs) {
                return done.getAsBoolean();
            }
            network.advanceTo(Math.max(nextNs, network.nowNs()));
        }
        return true;
    }

    private void distribute(InetSocketAddress source, MemorySegment memory, int length, int segmentBytes, int ecn) {
        int step = segmentBytes <= 0 ? length : segmentBytes;
        for (int offset = 0; offset < length; offset += step) {
            Door door = doors.get(kernel.getAsInt());
            byte[] datagram = new byte[Math.min(step, length - offset)];
            MemorySegment.copy(memory, offset, MemorySegment.ofArray(datagram), 0, datagram.length);
            door.inbox.add(datagram);
            door.sources.add(source);
        }
    }
}
