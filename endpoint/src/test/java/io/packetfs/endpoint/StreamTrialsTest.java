package io.packetfs.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packetfs.blob.HeapBlob;
import io.packetfs.protocol.PacketHeader;
import io.packetfs.protocol.ReasonCode;
import io.packetfs.protocol.crypto.CipherSuite;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Engines over a stream, in virtual time: the same grams as over datagrams, and nothing that only datagrams need (spec: TCP). */
class StreamTrialsTest {
    private static final int SEEDS = Integer.getInteger("pfs.stream.seeds", 400);
    private static final long LIMIT = 900 * EnginePair.SECOND;

    @Test
    void everyGramArrivesAsOverDatagrams() {
        int blocked = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            try {
                StreamScenario scenario = new StreamScenario(seed);
                scenario.run();
                requireNothingRepaired(scenario.clientSide.connection);
                requireNothingRepaired(scenario.serverSide.connection);
                scenario.close();
                blocked += scenario.pair.pipe.blockedCount;
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + " fails: " + e.getMessage(), e);
            }
        }
        assertThat(blocked).as("how often a side was blocked").isGreaterThan(SEEDS);
    }

    private static void requireNothingRepaired(Connection connection) {
        ConnectionStats stats = connection.stats();
        assertThat(stats.packetsLost() + stats.packetsRetransmitted() + stats.repairedBytes())
                .isZero();
        assertThat(stats.packetsDuplicate() + stats.packetsDiscarded()).isZero();
    }

    @Test
    void acknowledgesGramsAndNotPackets() {
        EnginePair pair = EnginePair.overStream(1);
        int grams = 64;
        Recorder client = new Recorder();
        byte[] blob = new byte[grams << 20];
        new SplittableRandom(1).nextBytes(blob);
        Recorder server = new Recorder(new HeapBlob(new byte[blob.length]));
        for (int i = 0; i < grams; i++) {
            client.send(OutboundGram.placed(1, 1, new HeapBlob(blob), (long) i << 20, 1 << 20));
        }
        pair.connect(client, connection -> server);

        assertThat(pair.runUntil(client::isAllAcknowledged, LIMIT)).isTrue();

        ConnectionStats sender = client.connection.stats();
        long perGram = (1 << 20) / StreamCarriage.PACKET_BYTES + 1;
        assertThat(sender.packetsSent()).isBetween(grams * (perGram - 1), grams * (perGram + 2));
        assertThat(sender.rttNsSmoothed()).isPositive();
        // as many acknowledgements as grams, some more for what waits longer than it may over a slow stream
        assertThat(server.connection.stats().packetsSent()).isLessThan(sender.packetsSent() / 2);
    }

    @Test
    void aStreamThatEndsEndsTheConnection() {
        EnginePair pair = EnginePair.overStream(2);
        Recorder client = new Recorder();
        Recorder server = new Recorder();
        pair.connect(client, connection -> server);
        pair.runUntil(() -> client.connection != null && server.connection != null, LIMIT);

        pair.pipe.breakUp("connection reset");
        pair.runFor(EnginePair.SECOND);

        assertThat(client.closeReason).isEqualTo(ReasonCode.CARRIER_LOST);
        assertThat(client.closeMessage).contains("connection reset");
        assertThat(server.closeReason).isEqualTo(ReasonCode.CARRIER_LOST);
        assertThat(pair.client.connectionCount() + pair.server.connectionCount())
                .isZero();
    }

    /** Over datagrams the peer is told, in its silence, where this side is. The ends of a stream cannot miss each other. */
    @Test
    void aSilentPeerIsLeftAlone() {
        EnginePair pair = EnginePair.overStream(7);
        Recorder client = new Recorder();
        pair.connect(client, connection -> new Recorder());
        client.send(OutboundGram.staged(1, false, new byte[100]));
        assertThat(pair.runUntil(client::isAllAcknowledged, LIMIT)).isTrue();
        pair.runFor(EnginePair.SECOND);
        long sentBefore = client.connection.stats().packetsSent();

        client.connection.awaitsPeer(true);
        pair.runFor(3 * EnginePair.SECOND);

        assertThat(client.connection.stats().packetsSent()).isEqualTo(sentBefore);
    }

    @Test
    void aCloseIsSaidThoughSomethingComesBeforeItGoes() {
        EnginePair pair = EnginePair.overStream(6);
        Recorder client = new Recorder();
        Recorder server = new Recorder();
        pair.connect(client, connection -> server);
        pair.runUntil(() -> client.connection != null && server.connection != null, LIMIT);
        pair.runFor(EnginePair.SECOND);

        client.send(OutboundGram.staged(1, false, new byte[1000]));
        pair.clientAgent.poll();
        pair.network.advanceTo(pair.network.nowNs() + 100 * EnginePair.MS);
        server.connection.close(ReasonCode.LOCAL_IO, "no disk");
        pair.runFor(EnginePair.SECOND);

        assertThat(server.delivered).isEmpty();
        assertThat(client.closeReason).isEqualTo(ReasonCode.LOCAL_IO);
        assertThat(client.closeMessage).isEqualTo("no disk");
    }

    @Test
    void aStreamThatCannotBeOpenedEndsTheAttempt() {
        EnginePair pair = EnginePair.overStream(3);
        Recorder client = new Recorder();
        pair.client.connect(0, pair.serverPort.localAddress(), pair.ticket, client);
        pair.clientAgent.poll();

        pair.pipe.breakUp("connection refused");
        pair.runFor(EnginePair.SECOND);

        assertThat(client.closeReason).isEqualTo(ReasonCode.CARRIER_LOST);
        assertThat(client.closeMessage).contains("connection refused");
    }

    @Test
    void aDamagedPacketEndsTheConnection() {
        for (long seed = 1; seed <= 20; seed++) {
            EnginePair pair = EnginePair.overStream(seed);
            Recorder client = new Recorder();
            Recorder server = new Recorder();
            pair.connect(client, connection -> server);
            pair.runUntil(() -> client.connection != null && server.connection != null, LIMIT);

            pair.pipe.damageNext();
            client.send(OutboundGram.staged(1, false, new byte[1000]));
            pair.runFor(10 * EnginePair.SECOND);

            assertThat(server.delivered).isEmpty();
            assertThat(server.closeReason).isEqualTo(ReasonCode.CARRIER_LOST);
            assertThat(client.closeReason).isEqualTo(ReasonCode.CARRIER_LOST);
        }
    }

    @Test
    void aPacketThatIsNotTheNextEndsTheConnection() {
        EnginePair pair = EnginePair.overStream(4);
        Recorder client = new Recorder();
        Recorder server = new Recorder();
        pair.connect(client, connection -> server);
        pair.runUntil(() -> client.connection != null && server.connection != null, LIMIT);
        byte[] later = new byte[100];
        PacketHeader.write(later, 0, PacketHeader.TYPE_PROTECTED, 0, 84, server.connection.connectionId(), 1_000);

        pair.pipe.inject(later);
        pair.runFor(EnginePair.SECOND);

        assertThat(server.closeReason).isEqualTo(ReasonCode.CARRIER_LOST);
    }

    @Test
    void whatIsForNobodyEndsItsStream() {
        EnginePair pair = EnginePair.overStream(5);
        byte[] stranger = new byte[1_200];
        PacketHeader.write(stranger, 0, PacketHeader.TYPE_INITIAL, 0, 1_184, 7, 0);

        pair.pipe.inject(stranger);
        pair.runFor(EnginePair.SECOND);

        assertThat(pair.server.stats().initialsRejected).isOne();
        assertThat(pair.pipe.isOpen()).isFalse();
    }

    @Test
    void aStreamCarriesOneConnection() {
        EnginePair pair = EnginePair.overStream(6);
        pair.connect(new Recorder(), connection -> new Recorder());

        assertThatThrownBy(() -> pair.client.connect(0, pair.serverPort.localAddress(), pair.ticket, new Recorder()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has a connection already");
    }

    @Test
    void anIdlePeerIsNoticed() {
        EndpointConfig config = Engines.tight(Engines.TIGHT_CREDIT_BYTES, true);
        EnginePair pair = EnginePair.overStream(7, config, config, CipherSuite.AES_256_GCM, true);
        Recorder client = new Recorder();
        Recorder server = new Recorder();
        pair.connect(client, connection -> server);

        pair.runFor(200 * EnginePair.SECOND);

        assertThat(client.closed).as("kept alive").isFalse();
        while (pair.network.nowNs() < 300 * EnginePair.SECOND && !client.closed) {
            pair.clientAgent.poll(); // the server's process hangs
            pair.network.advanceTo(pair.network.nowNs() + EnginePair.SECOND);
        }
        assertThat(client.closeReason).isEqualTo(ReasonCode.IDLE_TIMEOUT);
    }
}
