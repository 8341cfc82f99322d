package io.packetfs.endpoint;

import static io.packetfs.endpoint.EnginePair.MS;
import static io.packetfs.endpoint.EnginePair.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.protocol.ReasonCode;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.sim.LinkSettings;
import io.packetfs.sim.Reordering;
import org.junit.jupiter.api.Test;

/** The clock's origin is arbitrary: a run is the same whatever it shows, also when it wraps on the way. */
class ClockTest {
    private static final LinkSettings ROUGH = LinkSettings.builder()
            .delayMs(10)
            .rateMegabitsPerSecond(20)
            .lossProbability(0.03)
            .reordering(new Reordering(0.05, MS, 8 * MS))
            .build();

    @Test
    void aRunIsTheSameWhereverTheClockStarts() {
        long atZero = hashOfTransfer(0);
        assertThat(hashOfTransfer(123 * SECOND)).isEqualTo(atZero);
        assertThat(hashOfTransfer(-123 * SECOND)).isEqualTo(atZero);
        assertThat(hashOfTransfer(Long.MIN_VALUE)).isEqualTo(atZero);
    }

    @Test
    void aRunIsTheSameWhenTheClockWrapsOnTheWay() {
        long atZero = hashOfTransfer(0);
        for (long wrapAfterNs = 0; wrapAfterNs < 1_200 * MS; wrapAfterNs += 83 * MS) {
            assertThat(hashOfTransfer(Long.MAX_VALUE - wrapAfterNs))
                    .as("wraps after %d ms", wrapAfterNs / MS)
                    .isEqualTo(atZero);
            assertThat(hashOfTransfer(-wrapAfterNs))
                    .as("is zero after %d ms", wrapAfterNs / MS)
                    .isEqualTo(atZero);
        }
    }

    @Test
    void anIdleEngineHasNothingToDoWhateverTheClockShows() {
        for (long offsetNs : new long[] {0, -1, Long.MIN_VALUE, -5 * SECOND, Long.MAX_VALUE}) {
            EnginePair pair = pair(offsetNs);
            assertThat(pair.clientAgent.poll()).as("clock at %d", offsetNs).isZero();
            assertThat(pair.clientAgent.deadlineNs()).isEqualTo(Long.MAX_VALUE);
        }
    }

    @Test
    void aConnectTimeoutPassesTheWrap() {
        EnginePair pair = pair(Long.MAX_VALUE - 3 * SECOND);
        Recorder client = new Recorder();
        pair.client.connect(pair.engineNowNs(), EnginePair.address(77, 7), pair.ticket, client);
        assertThat(pair.runUntil(() -> client.closed, 60 * SECOND)).isTrue();
        assertThat(client.closeReason).isEqualTo(ReasonCode.CONNECT_TIMEOUT);
        assertThat(pair.network.nowNs()).isEqualTo(10 * SECOND);
    }

    private static long hashOfTransfer(long clockOffsetNs) {
        EnginePair pair = pair(clockOffsetNs).links(ROUGH);
        Recorder client = new Recorder();
        for (int i = 0; i < 20; i++) {
            client.send(OutboundGram.staged(1 + i % 2, i % 2 == 0, new byte[i * 1_000]));
        }
        Recorder server = new Recorder();
        pair.connect(client, connection -> server);
        boolean done = pair.runUntil(client::isAllAcknowledged, 60 * SECOND);
        assertThat(done).as("clock from %d: %s", clockOffsetNs, client).isTrue();
        client.connection.close(ReasonCode.NO_ERROR, "");
        pair.runFor(100 * SECOND);
        assertThat(pair.client.connectionCount() + pair.server.connectionCount())
                .isZero();
        return pair.network.packetLogHash();
    }

    private static EnginePair pair(long clockOffsetNs) {
        return new EnginePair(11, Engines.config(), Engines.config(), CipherSuite.AES_256_GCM, false, clockOffsetNs);
    }
}
