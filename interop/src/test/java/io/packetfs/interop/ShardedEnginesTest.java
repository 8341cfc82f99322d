package io.packetfs.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packetfs.ackwindow.Bbr;
import io.packetfs.blob.HeapBlob;
import io.packetfs.endpoint.Connection;
import io.packetfs.endpoint.ConnectionListener;
import io.packetfs.endpoint.DeliveredGram;
import io.packetfs.endpoint.Endpoint;
import io.packetfs.endpoint.EndpointConfig;
import io.packetfs.endpoint.EndpointStats;
import io.packetfs.endpoint.OutboundGram;
import io.packetfs.endpoint.agent.EndpointAgent;
import io.packetfs.endpoint.agent.ShardExchange;
import io.packetfs.linuxio.LinuxUdpPort;
import io.packetfs.linuxio.LinuxUdpPortConfig;
import io.packetfs.protocol.ReasonCode;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.protocol.crypto.Entropy;
import io.packetfs.protocol.handshake.TicketSecrets;
import io.packetfs.protocol.trace.Trace;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Agents with a thread and a socket each behind one address, on a real kernel. */
@Timeout(60)
class ShardedEnginesTest {
    private static final int SHARDS = 2;
    private static final int CLIENTS = 6;
    private static final int BYTES = 4 << 20;
    private static final int GRAM_BYTES = 1 << 19;
    private static final LinuxUdpPortConfig CONFIG =
            LinuxUdpPortConfig.on(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
    private static final Entropy ENTROPY = new SecureRandom()::nextBytes;

    private final byte[] blob = new byte[BYTES];
    private final List<HeapBlob> landings = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch acknowledged = new CountDownLatch(CLIENTS);
    private final List<Endpoint> shards = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<Throwable> crashes = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean stopped;

    /** Offers a landing, or sends the blob into the peer's and counts what is acknowledged. */
    private final class Application implements ConnectionListener {
        private final boolean sends;
        private long offset;
        private long acknowledgedBytes;

        Application(boolean sends) {
            this.sends = sends;
        }

        @Override
        public void onConnected(Connection connection) {
            if (sends) {
                return;
            }
            HeapBlob landing = new HeapBlob(BYTES);
            landings.add(landing);
            connection.registerLanding(1, landing);
            connection.trySend(OutboundGram.staged(0, true, new byte[1]));
        }

        @Override
        public void onGramDelivered(Connection connection, DeliveredGram gram) {
            if (sends) {
                onWritable(connection);
            }
        }

        @Override
        public void onGramAcknowledged(Connection connection, OutboundGram gram) {
            acknowledgedBytes += gram.blobId() == 0 ? 0 : gram.slabLength();
            if (acknowledgedBytes == BYTES) {
                // Not closed: a CLOSE repeated to a shard that has forgotten the connection would count as unknown
                // there.
                acknowledged.countDown();
            }
        }

        @Override
        public void onWritable(Connection connection) {
            while (offset < BYTES
                    && connection.trySend(OutboundGram.placed(1, 1, new HeapBlob(blob), offset, GRAM_BYTES))) {
                offset += GRAM_BYTES;
            }
        }

        @Override
        public void onClosed(Connection connection, int reason, String message, boolean byPeer) {
            if (reason != ReasonCode.NO_ERROR) {
                crashes.add(new AssertionError("closed for " + reason + " " + message));
            }
        }
    }

    /** With the sockets in order, the kernel gives each datagram to its shard; with them crossed, each to the other. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void transfersAreWholeWhetherTheKernelKnowsTheShardsOrErrsEveryTime(boolean crossed) throws InterruptedException {
        assumeTrue(LinuxUdpPort.isAvailable(), LinuxUdpPort.unavailabilityCause());
        new SplittableRandom(1).nextBytes(blob);
        List<LinuxUdpPort> ports = new ArrayList<>(LinuxUdpPort.openShards(CONFIG, SHARDS));
        assumeTrue(ports.getFirst().isSteered(), "this kernel takes no program that chooses among sockets");
        if (crossed) {
            Collections.reverse(ports);
        }
        TicketSecrets secrets = TicketSecrets.generate(ENTROPY, CipherSuite.AES_256_GCM, false);
        ShardExchange exchange = new ShardExchange(SHARDS);
        EndpointConfig config = EndpointConfig.defaults(Bbr.supplier());
        for (int i = 0; i < SHARDS; i++) {
            Endpoint shard = new Endpoint(config, ENTROPY, (id, isInitiator) -> Trace.NONE, exchange.shard(i));
            shard.listen(secrets, connection -> new Application(false));
            shards.add(shard);
            run(new EndpointAgent(shard, ports.get(i), System::nanoTime, exchange));
        }
        InetSocketAddress address = ports.getFirst().localAddress();
        for (int i = 0; i < CLIENTS; i++) {
            Endpoint client = new Endpoint(config, ENTROPY);
            client.connect(System.nanoTime(), address, secrets.ticket(List.of(address)), new Application(true));
            run(new EndpointAgent(client, LinuxUdpPort.open(CONFIG), System::nanoTime));
        }

        boolean done = acknowledged.await(30, TimeUnit.SECONDS);
        stop();

        assertThat(crashes).isEmpty();
        assertThat(done).as("everything is acknowledged").isTrue();
        assertThat(landings)
                .hasSize(CLIENTS)
                .allSatisfy(landing -> assertThat(landing.array()).isEqualTo(blob));
        assertThat(sum(EndpointStats::unknownConnection)).isZero();
        long datagrams = sum(EndpointStats::datagrams) - sum(EndpointStats::passedIn);
        assertThat(sum(EndpointStats::passedOn) + sum(EndpointStats::passedDropped))
                .as("of %d datagrams", datagrams)
                .isEqualTo(crossed ? datagrams : 0);
    }

    private long sum(ToLongFunction<EndpointStats> counter) {
        return shards.stream().map(Endpoint::stats).mapToLong(counter).sum();
    }

    private void run(EndpointAgent agent) {
        threads.add(Thread.ofPlatform().name(agent.roleName()).start(() -> {
            try {
                while (!stopped) {
                    agent.doWork();
                }
            } catch (RuntimeException | Error e) {
                crashes.add(e);
            } finally {
                agent.onClose();
            }
        }));
    }

    private void stop() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
