package io.packetfs.ackwindow;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.protocol.AckFrame;
import io.packetfs.protocol.ReasonCode;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of what was sent, and of what was learned, when packets go to another address (PTH-8). */
class PathChangeTest {
    private static final int BYTES = 1_200;
    private static final long ROUND_TRIP_NS = 20_000_000;
    private static final long NEW_ROUND_TRIP_NS = 70_000_000;
    private static final int DATA = SendWindow.ACK_ELICITING | SendWindow.IN_FLIGHT;

    private final SendWindow window = new SendWindow(BYTES, Cubic.supplier(), new Random(1), 0);
    private final AckFrame ack = new AckFrame();
    private final NotedFates fates = new NotedFates();
    private long nowNs;

    @BeforeEach
    void learnAPath() {
        send(10, DATA);
        nowNs += ROUND_TRIP_NS;
        acknowledge(0, 9);
        send(15, DATA);
        fates.lines.clear();
    }

    @Test
    void whatIsUnderWayIsLostAtOnceAndIsNoCongestion() {
        long windowBytes = window.congestion().windowBytes();

        change(false);

        assertThat(fates.lines).hasSize(15).allMatch(fate -> fate.startsWith("lost"));
        assertThat(window.bytesInFlight()).isZero();
        assertThat(window.deadlineNs()).isEqualTo(Long.MAX_VALUE);
        assertThat(window.congestion().windowBytes()).isEqualTo(windowBytes);
        assertThat(window.rtt().smoothedNs()).isEqualTo(ROUND_TRIP_NS);
    }

    @Test
    void anotherPathIsBegunWithNothingButItsRoundTrip() {
        assertThat(window.congestion().windowBytes()).isEqualTo(20 * BYTES);

        change(true);

        assertThat(window.congestion().windowBytes()).isEqualTo(10 * BYTES);
        assertThat(window.rtt().smoothedNs()).isEqualTo(NEW_ROUND_TRIP_NS);
        assertThat(window.rtt().minNs()).isEqualTo(NEW_ROUND_TRIP_NS);
    }

    @Test
    void lateAcknowledgementsCountForRepairAndForNothingElse() {
        change(true);
        long windowBytes = window.congestion().windowBytes();
        fates.lines.clear();
        nowNs += ROUND_TRIP_NS;

        acknowledge(10, 24);

        assertThat(fates.lines).hasSize(15).allMatch(fate -> fate.startsWith("spurious"));
        assertThat(window.congestion().windowBytes()).isEqualTo(windowBytes);
        assertThat(window.rtt().smoothedNs()).isEqualTo(NEW_ROUND_TRIP_NS);
        assertThat(window.reorderingWindowNs()).isEqualTo(NEW_ROUND_TRIP_NS / 4);
        assertThat(window.counters().lossesUndone()).isZero();
        assertThat(window.bytesInFlight()).isZero();
    }

    @Test
    void aProbeOfTheOldPathSaysNothingOfTheNewOnesSize() {
        window.onPacketSent(nowNs, window.nextPacketNumber(), 1_472, DATA | SendWindow.MTU_PROBE);
        change(true);
        fates.lines.clear();

        acknowledge(25, 25);

        assertThat(fates.lines).isEmpty();
    }

    @Test
    void theNewPathIsMeasuredByWhatIsSentOnIt() {
        change(true);
        send(5, DATA);
        nowNs += NEW_ROUND_TRIP_NS / 2;

        acknowledge(25, 29);

        assertThat(window.rtt().minNs()).isEqualTo(NEW_ROUND_TRIP_NS / 2);
        assertThat(window.congestion().windowBytes()).isEqualTo(15 * BYTES);
    }

    @Test
    void timeoutsStartOver() {
        for (int i = 0; i < 5; i++) {
            nowNs = window.deadlineNs();
            window.onDeadline(nowNs, fates);
            send(window.probesDue(), DATA);
        }
        change(false);
        send(1, DATA);

        assertThat(window.probesDue()).isZero();
        assertThat(window.deadlineNs() - nowNs).isEqualTo(window.probeTimeoutNs());
    }

    private void change(boolean isNewPath) {
        window.onPathChanged(nowNs, isNewPath, NEW_ROUND_TRIP_NS, fates);
    }

    private void send(int count, int flags) {
        for (int i = 0; i < count; i++) {
            window.onPacketSent(nowNs, window.nextPacketNumber(), BYTES, flags);
        }
    }

    private void acknowledge(long first, long last) {
        ack.clear().ranges().add(first, last);
        assertThat(window.onAck(nowNs, ack, fates)).isEqualTo(ReasonCode.NO_ERROR);
    }
}
