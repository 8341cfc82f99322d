package io.packetfs.endpoint;

import static io.packetfs.endpoint.EnginePair.MS;
import static io.packetfs.endpoint.EnginePair.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.ackwindow.Bbr;
import io.packetfs.ackwindow.CongestionControllerSupplier;
import io.packetfs.ackwindow.Cubic;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.protocol.trace.QlogTrace;
import io.packetfs.protocol.trace.Trace;
import io.packetfs.protocol.trace.TraceCounter;
import io.packetfs.protocol.trace.TraceMetric;
import io.packetfs.protocol.trace.TraceMetrics;
import io.packetfs.sim.LinkSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What connections tell of themselves. */
class TraceTest {
    private static final LinkSettings LOSSY = LinkSettings.builder()
            .delayMs(10)
            .rateMegabitsPerSecond(20)
            .queueBytesMax(50_000)
            .lossProbability(0.01)
            .build();

    private final StringBuilder senderLog = new StringBuilder();
    private final StringBuilder receiverLog = new StringBuilder();

    private Trace qlog(boolean isInitiator, boolean wantsPackets) {
        return new QlogTrace(isInitiator ? senderLog::append : receiverLog::append, 1_700_000_000_000L, wantsPackets);
    }

    /** A transfer in whose middle the receiver gets another port, and which then ends. */
    private Transfer run(long seed, CongestionControllerSupplier congestion, Trace.Supplier traces) {
        return run(seed, 1_500_000, 300 * MS, congestion, traces);
    }

    private static Transfer run(
            long seed, int bytes, long changeNs, CongestionControllerSupplier congestion, Trace.Supplier traces) {
        EndpointConfig config = EndpointConfig.defaults(congestion);
        EnginePair pair = new EnginePair(seed, config, config, CipherSuite.AES_256_GCM, false, 0, traces).links(LOSSY);
        Transfer transfer = new Transfer(pair, seed, bytes);
        pair.runFor(changeNs);
        pair.serverPort.rebind(EnginePair.address(2, 4_003));
        assertThat(transfer.run(60 * SECOND)).isTrue();
        transfer.connection.close(0, "done \"and\" gone");
        pair.runFor(5 * SECOND);
        return transfer;
    }

    @ParameterizedTest
    @ValueSource(strings = {"sender", "receiver"})
    void aTransferTellsWhatTheSnapshotSays(String side) throws IOException {
        run(11, 200_000, 80 * MS, Cubic.supplier(), (id, isInitiator) -> qlog(isInitiator, false));

        String log = (side.equals("sender") ? senderLog : receiverLog).toString();
        String name = "trace-" + side + ".sqlog";
        if (Boolean.getBoolean("pfs.snapshots.write")) {
            Files.writeString(Path.of("src/test/resources/io/packetfs/endpoint", name), log);
            return;
        }
        try (InputStream snapshot = TraceTest.class.getResourceAsStream(name)) {
            assertThat(log)
                    .as("after a change that is meant, write it anew: see HACKING.md")
                    .isEqualTo(new String(snapshot.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void theSameSeedTellsTheSameAndAnotherDoesNot() {
        String[] logs = new String[3];
        for (int i = 0; i < logs.length; i++) {
            senderLog.setLength(0);
            receiverLog.setLength(0);
            run(i < 2 ? 5 : 6, Bbr.supplier(), (id, isInitiator) -> qlog(isInitiator, true));
            logs[i] = senderLog.toString() + receiverLog;
        }
        assertThat(logs[0]).isEqualTo(logs[1]).isNotEqualTo(logs[2]);
    }

    @Test
    void beingFollowedChangesNothing() {
        long plain = run(7, Bbr.supplier(), (id, isInitiator) -> Trace.NONE)
                .pair
                .network
                .packetLogHash();

        long followed = run(7, Bbr.supplier(), (id, isInitiator) -> qlog(isInitiator, true))
                .pair
                .network
                .packetLogHash();

        assertThat(followed).isEqualTo(plain);
    }

    @Test
    void theLogShowsWhatHeldTheRate() {
        run(8, Bbr.supplier(), (id, isInitiator) -> qlog(isInitiator, false));

        assertThat(senderLog.toString().lines())
                .allMatch(line -> line.startsWith("\u001e{") && line.endsWith("}"))
                .anyMatch(line -> line.contains("\"new\":\"startup\""))
                .anyMatch(line -> line.contains("\"old\":\"startup\",\"new\":\"drain\""))
                .anyMatch(line -> line.contains("pfs:limit_updated"))
                .anyMatch(line -> line.contains("pfs:packets_lost"))
                .anyMatch(line -> line.contains("pfs_model_rate"))
                .anyMatch(line -> line.contains("connectivity:mtu_updated") && line.contains("1472"))
                .anyMatch(line -> line.contains("pfs:peer_address_updated") && line.contains("\"new_port\":4003"))
                .anyMatch(line -> line.contains("connection_closed") && line.contains("done \\\"and\\\" gone"))
                .noneMatch(line -> line.contains("packet_sent"));
        assertThat(receiverLog.toString().lines())
                .anyMatch(line -> line.contains("pfs_bytes_received"))
                .anyMatch(line -> line.contains("\"owner\":\"remote\""));
    }

    @Test
    void countersAddUpToTheStatistics() {
        Map<Boolean, Tally> tallies = new HashMap<>();
        Transfer transfer = run(9, Bbr.supplier(), (id, isInitiator) -> {
            Tally tally = new Tally();
            tallies.put(isInitiator, tally);
            return tally;
        });

        ConnectionStats stats = transfer.connection.stats();
        Tally sender = tallies.get(true);
        assertThat(stats.packetsLost()).isPositive();
        assertThat(sender.counts.get(TraceCounter.PACKETS_LOST)).isEqualTo(stats.packetsLost());
        assertThat(sender.counts.get(TraceCounter.PATH_CHANGES)).isEqualTo(1);
        assertThat(sender.bytesSent).isBetween(1_500_000L, stats.bytesSent());
        assertThat(sender.grams).isEqualTo(transfer.client.acknowledged.size());
        assertThat(sender.packets).isZero();
        assertThat(sender.isGone).isTrue();
        assertThat(tallies.get(false).isGone).isTrue();
    }

    /** Adds up what it hears. */
    private static final class Tally implements Trace {
        private final Map<TraceCounter, Long> counts = new EnumMap<>(TraceCounter.class);
        private long bytesSent;
        private long grams;
        private long packets;
        private boolean isGone;

        @Override
        public void onCount(long nowNs, TraceCounter counter, long more, long total) {
            assertThat(counts.merge(counter, more, Long::sum)).isEqualTo(total);
        }

        @Override
        public void onMetrics(long nowNs, TraceMetrics metrics) {
            bytesSent = metrics.get(TraceMetric.BYTES_SENT);
        }

        @Override
        public void onGramAcknowledged(long nowNs, long latencyNs) {
            assertThat(latencyNs).isPositive();
            grams++;
        }

        @Override
        public void onPacketSent(long nowNs, long packetNumber, int bytes) {
            packets++;
        }

        @Override
        public void onGone(long nowNs) {
            assertThat(isGone).isFalse();
            isGone = true;
        }
    }
}
