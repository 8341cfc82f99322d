package io.packetfs.endpoint;

import static io.packetfs.endpoint.EnginePair.MS;
import static io.packetfs.endpoint.EnginePair.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.packetfs.ackwindow.FixedRate;
import io.packetfs.protocol.PacketHeader;
import io.packetfs.protocol.ReasonCode;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.port.PortFeatures;
import io.packetfs.sim.Blackout;
import io.packetfs.sim.LinkSettings;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** One endpoint, many connections: all get their turn, none leaves anything behind. */
class ManyConnectionsTest {
    private static final LinkSettings PATH = LinkSettings.builder().delayMs(5).build();
    private static final int BATCH = 50;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void twoHundredConnectionsAtOnceAllFinish() {
        EnginePair pair = new EnginePair(1)
                .links(PATH.toBuilder()
                        .rateMegabitsPerSecond(200)
                        .lossProbability(0.01)
                        .build());
        List<Recorder> servers = new ArrayList<>();
        pair.server.listen(pair.secrets, connection -> {
            Recorder server = new Recorder();
            servers.add(server);
            return server;
        });
        List<Recorder> clients = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Recorder client = new Recorder();
            for (int gram = 0; gram < 5; gram++) {
                client.send(OutboundGram.staged(1, true, new byte[5_000]));
            }
            clients.add(client);
            pair.client.connect(pair.engineNowNs(), pair.serverPort.localAddress(), pair.ticket, client);
        }
        assertThat(pair.runUntil(() -> clients.stream().allMatch(Recorder::isAllAcknowledged), 30 * SECOND))
                .isTrue();
        // more came at once than may wait for their proof, and those came in later
        assertThat(pair.server.stats().initialsCrowdedOut()).isPositive();
        assertThat(servers.stream().filter(server -> server.connection != null))
                .hasSize(200)
                .allMatch(server -> server.delivered.size() == 5);
    }

    @Test
    void connectionsThatAllHaveDataTakeTurns() {
        EndpointConfig fast = EndpointConfig.defaults(FixedRate.of(1_000_000_000));
        EnginePair pair = new EnginePair(2, fast, fast, CipherSuite.AES_256_GCM, false).links(PATH);
        pair.server.listen(pair.secrets, connection -> new Recorder());
        List<Recorder> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Recorder client = new Recorder();
            clients.add(client);
            pair.client.connect(pair.engineNowNs(), pair.serverPort.localAddress(), pair.ticket, client);
        }
        pair.runFor(500 * MS);
        for (Recorder client : clients) {
            for (int gram = 0; gram < 3; gram++) {
                client.send(OutboundGram.staged(1, false, new byte[1 << 20]));
            }
        }
        DatagramTrain train = new DatagramTrain(PortFeatures.UDP_PAYLOAD_BYTES_MAX);
        for (int round = 0; round < 4; round++) {
            Set<Integer> served = new HashSet<>();
            for (int turn = 0; turn < 8; turn++) {
                assertThat(pair.client.pollTransmit(pair.engineNowNs(), train, 8))
                        .isTrue();
                served.add(PacketHeader.connectionId(PacketHeader.fields(train.array(), 0)));
            }
            assertThat(served).as("round %d", round).hasSize(8);
        }
    }

    /** {@code -Dpfs.connections=N} opens more or fewer. */
    @Test
    void thousandsOfConnectionsOpenedAndDroppedLeaveNothing() {
        int batches = Integer.getInteger("pfs.connections", 900) / BATCH;
        EnginePair pair = new EnginePair(3).links(PATH);
        List<Recorder> servers = new ArrayList<>();
        pair.server.listen(pair.secrets, connection -> {
            Recorder server = new Recorder();
            servers.add(server);
            return server;
        });
        long allocatedEarly = 0;
        long allocatedLate = 0;
        for (int batch = 0; batch < batches; batch++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            List<Recorder> clients = openBatch(pair);
            switch (batch % 3) {
                case 0 -> clients.forEach(client -> client.connection.close(ReasonCode.NO_ERROR, ""));
                case 1 -> servers.forEach(server -> server.connection.close(ReasonCode.NO_ERROR, ""));
                default ->
                    pair.links(PATH.toBuilder()
                            .blackout(Blackout.since(pair.network.nowNs()))
                            .build());
            }
            pair.runFor(40 * SECOND); // longer than the idle timeout
            pair.links(PATH);
            servers.clear();
            assertThat(pair.client.connectionCount() + pair.server.connectionCount())
                    .as("batch %d", batch)
                    .isZero();
            assertThat(pair.server.unprovenCount()).isZero();
            assertThat(pair.client.deadlineNs()).isEqualTo(Timed.NEVER);
            assertThat(pair.server.deadlineNs()).isEqualTo(Timed.NEVER);
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            allocatedEarly += batch >= 3 && batch < 6 ? allocated : 0;
            allocatedLate += batch >= batches - 3 ? allocated : 0;
        }
        assertThat(allocatedLate).as("no dearer than at first").isLessThan(allocatedEarly * 5 / 4);
    }

    private static List<Recorder> openBatch(EnginePair pair) {
        List<Recorder> clients = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            Recorder client = new Recorder().send(OutboundGram.staged(1, false, new byte[100]));
            clients.add(client);
            pair.client.connect(pair.engineNowNs(), pair.serverPort.localAddress(), pair.ticket, client);
        }
        assertThat(pair.runUntil(
                        () -> clients.stream().allMatch(Recorder::isAllAcknowledged),
                        pair.network.nowNs() + 10 * SECOND))
                .isTrue();
        return clients;
    }
}
