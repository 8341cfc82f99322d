package io.packetfs.ackwindow;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.protocol.AckFrame;
import io.packetfs.protocol.ReasonCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SendWindowTest {
    private static final int BYTES = 1_200;
    private static final long MILLISECOND_NS = 1_000_000L;
    private static final long ROUND_TRIP_NS = 20 * MILLISECOND_NS;
    private static final int DATA = SendWindow.ACK_ELICITING | SendWindow.IN_FLIGHT;

    private final SendWindow window = new SendWindow(BYTES, Cubic.supplier(), new Random(1), 0);
    private final AckFrame ack = new AckFrame();
    private final NotedFates fates = new NotedFates();
    private long nowNs;

    @Test
    void acksOfPacketsNeverSentChangeNothing() {
        sendPackets(5);

        assertRefused(0, window.nextPacketNumber());
        assertRefused(window.nextPacketNumber(), window.nextPacketNumber() + 10);
        assertRefused((1L << 62) - 1, (1L << 62) - 1);
    }

    @Test
    void acksOfSkippedNumbersChangeNothing() {
        long skipped = sendUntilSkip();

        assertRefused(skipped, skipped);
        assertRefused(0, skipped);
        ack.clear().ranges().add(skipped + 1, skipped + 1);
        ack.ranges().add(skipped - 1, skipped - 1);
        assertThat(window.onAck(nowNs, ack, fates)).isEqualTo(ReasonCode.NO_ERROR);
    }

    @Test
    void aNumberIsSkippedAtLeastOnceIn65536() {
        long expected = 0;
        long skips = 0;
        long last = -1;
        for (int i = 0; i < 300_000; i++) {
            long number = window.nextPacketNumber();
            if (number != expected) {
                assertThat(number).isEqualTo(expected + 1);
                assertThat(number - last).isLessThanOrEqualTo(PacketNumbers.NUMBERS_PER_SKIP_MAX + 1);
                last = number;
                skips++;
            }
            expected = number + 1;
            window.onPacketSent(nowNs, number, 40, 0);
            nowNs += MILLISECOND_NS;
        }

        assertThat(skips).isGreaterThan(4);
    }

    @Test
    void staleAcksAreCountedAndChangeNothing() {
        sendPackets(5);
        pass(ROUND_TRIP_NS);
        acknowledge(0, 4);
        long windowBytes = window.congestion().windowBytes();

        acknowledge(0, 4);
        acknowledge(2, 3);

        assertThat(window.counters().acksWithoutNews()).isEqualTo(2);
        assertThat(window.congestion().windowBytes()).isEqualTo(windowBytes);
        assertThat(fates.lines).hasSize(5);
    }

    @Test
    void aPacketOvertakenIsLostAfterARoundTripAndAQuarter() {
        sendPackets(3);
        pass(ROUND_TRIP_NS);

        acknowledge(1, 2);

        assertThat(fates.lines).containsExactly("acked 1", "acked 2");
        assertThat(window.deadlineNs()).isEqualTo(ROUND_TRIP_NS * 5 / 4);
        pass(window.deadlineNs() - nowNs);
        window.onDeadline(nowNs, fates);
        assertThat(fates.lines).containsExactly("acked 1", "acked 2", "lost 0");
        assertThat(window.bytesInFlight()).isZero();
        assertThat(window.deadlineNs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void manyPacketsBeyondAGapDoNotMakeItLostSooner() {
        sendPackets(10);
        pass(ROUND_TRIP_NS);

        acknowledge(1, 9);

        assertThat(fates.lines).hasSize(9).noneMatch(fate -> fate.startsWith("lost"));
    }

    @Test
    void anOriginalThatArrivesAfterAllUndoesTheResponseToItsLoss() {
        sendPackets(10);
        pass(ROUND_TRIP_NS);
        acknowledge(1, 9);
        long windowBytes = window.congestion().windowBytes();
        pass(ROUND_TRIP_NS / 4);
        window.onDeadline(nowNs, fates);
        assertThat(window.congestion().windowBytes()).isLessThan(windowBytes);

        pass(MILLISECOND_NS);
        acknowledge(0, 0);

        assertThat(fates.lines).endsWith("lost 0", "spurious 0");
        // As before the loss, and grown by what now arrived.
        assertThat(window.congestion().windowBytes()).isEqualTo(windowBytes + BYTES);
        assertThat(window.counters().lossesUndone()).isOne();
        assertThat(window.counters().packetsSpurious()).isOne();
        assertThat(window.reorderingWindowNs()).isGreaterThan(ROUND_TRIP_NS / 4);
        assertThat(window.bytesInFlight()).isZero();
    }

    @Test
    void theResponseStandsWhileOnePacketOfTheEpisodeIsMissing() {
        sendPackets(10);
        pass(ROUND_TRIP_NS);
        acknowledge(2, 9);
        pass(ROUND_TRIP_NS / 4);
        window.onDeadline(nowNs, fates);

        acknowledge(0, 0);

        assertThat(fates.lines).endsWith("lost 0", "lost 1", "spurious 0");
        assertThat(window.counters().lossesUndone()).isZero();
    }

    @Test
    void aLostPacketIsRememberedForSeveralRoundTripsAndThenForgotten() {
        sendPackets(3);
        pass(ROUND_TRIP_NS);
        acknowledge(1, 2);
        pass(ROUND_TRIP_NS / 4);
        window.onDeadline(nowNs, fates);

        pass(ROUND_TRIP_NS * 4);
        assertThat(window.lowestRemembered()).isZero();
        sendPackets(1);
        pass(ROUND_TRIP_NS * 3);
        acknowledge(3, 3);

        assertThat(window.lowestRemembered()).isEqualTo(4);
        acknowledge(0, 0);
        assertThat(fates.lines).doesNotContain("spurious 0");
        assertThat(window.counters().acksWithoutNews()).isOne();
    }

    @Test
    void twoProbesAreDueWhenNothingComesBack() {
        sendPackets(1);
        pass(window.deadlineNs() - nowNs);

        window.onDeadline(nowNs, fates);

        assertThat(window.probesDue()).isEqualTo(2);
        assertThat(fates.lines).isEmpty();
        sendPackets(1);
        assertThat(window.probesDue()).isOne();
        pass(ROUND_TRIP_NS);
        acknowledge(1, 1);
        assertThat(window.probesDue()).isZero();
    }

    @Test
    void afterTheProbeTimeoutAProbeGoesInEachHalfOfItOrTwelfthOfTheSilenceUpToASecond() {
        window.onHandshakeRtt(ROUND_TRIP_NS);
        sendPackets(1);
        List<Long> waits = new ArrayList<>();
        long silentSinceNs = nowNs;
        for (int i = 0; i < 150; i++) {
            long waitNs = window.deadlineNs() - nowNs;
            if (i > 0) {
                long expectedNs = Math.max(waits.getFirst() / 2, (nowNs - silentSinceNs) / 12);
                assertThat(waitNs).isEqualTo(Math.min(expectedNs, 1_000_000_000L));
            }
            waits.add(waitNs);
            pass(waitNs);
            window.onDeadline(nowNs, fates);
            assertThat(window.probesDue()).isEqualTo(i == 0 ? 2 : 1);
            sendPackets(window.probesDue());
        }

        assertThat(waits.getFirst()).isEqualTo(ROUND_TRIP_NS + 4 * (ROUND_TRIP_NS / 2));
        assertThat(waits.getLast()).isEqualTo(1_000_000_000L);
    }

    @Test
    void anHourOfSilenceCostsAPacketInASecond() {
        window.onHandshakeRtt(50_000);
        sendPackets(1);
        long hourNs = 3_600_000 * MILLISECOND_NS;
        while (nowNs < hourNs) {
            assertThat(window.deadlineNs()).isGreaterThan(nowNs);
            nowNs = window.deadlineNs();
            window.onDeadline(nowNs, fates);
            sendPackets(window.probesDue());
        }

        assertThat(window.counters().packetsSent()).isBetween(3_500L, 3_700L);
        assertThat(fates.lines).isEmpty();
    }

    @Test
    void aPathThatWasDarkForThreeProbeTimeoutsIsPersistentlyCongested() {
        window.onHandshakeRtt(ROUND_TRIP_NS);
        sendPackets(4);
        pass(ROUND_TRIP_NS);
        acknowledge(0, 3);
        for (int i = 0; i < 6; i++) {
            sendPackets(1);
            pass(100 * MILLISECOND_NS);
        }
        long last = window.nextPacketNumber() - 1;
        acknowledge(last, last);

        assertThat(window.counters().persistentCongestions()).isOne();
        assertThat(window.congestion().windowBytes()).isEqualTo((long) Cubic.WINDOW_PACKETS_MIN * BYTES);
    }

    @Test
    void anAckBetweenLossesMeansThePathWasNotClosed() {
        window.onHandshakeRtt(ROUND_TRIP_NS);
        sendPackets(4);
        pass(ROUND_TRIP_NS);
        acknowledge(0, 3);
        for (int i = 0; i < 6; i++) {
            sendPackets(1);
            pass(40 * MILLISECOND_NS);
        }
        ack.clear().ranges().add(9, 9);
        ack.ranges().add(7, 7);
        window.onAck(nowNs, ack, fates);

        assertThat(fates.lines).contains("lost 4", "lost 5", "lost 6", "lost 8");
        assertThat(window.counters().persistentCongestions()).isZero();
    }

    @Test
    void aLostMtuProbeIsNoCongestion() {
        sendPackets(3);
        window.onPacketSent(nowNs, window.nextPacketNumber(), 1_472, DATA | SendWindow.MTU_PROBE);
        sendPackets(3);
        long windowBytes = window.congestion().windowBytes();
        pass(ROUND_TRIP_NS * 2);
        ack.clear().ranges().add(4, 6);
        ack.ranges().add(0, 2);
        window.onAck(nowNs, ack, fates);
        pass(ROUND_TRIP_NS * 2);
        window.onDeadline(nowNs, fates);

        assertThat(fates.lines).contains("mtu lost 1472");
        assertThat(window.congestion().windowBytes()).isGreaterThanOrEqualTo(windowBytes);
        assertThat(window.counters().packetsLost()).isZero();
        assertThat(window.counters().mtuProbesLost()).isOne();
        assertThat(window.bytesInFlight()).isZero();
    }

    @Test
    void packetsWithOnlyAcksAreNotInFlightAndDoNotPileUp() {
        for (int i = 0; i < 2_000_000; i++) {
            window.onPacketSent(nowNs, window.nextPacketNumber(), 60, 0);
            nowNs += 10_000;
        }

        assertThat(window.bytesInFlight()).isZero();
        assertThat(window.deadlineNs()).isEqualTo(Long.MAX_VALUE);
        assertThat(window.isWindowFull()).isFalse();
        assertThat(window.nextPacketNumber() - window.lowestRemembered()).isLessThan(600_000);
    }

    @Test
    void theWindowClosesWhenTheRecordsAreFull() {
        SendWindow wide = new SendWindow(BYTES, FixedRate.of(1L << 40), new Random(1), 0);
        long number = 0;
        while (!wide.isWindowFull()) {
            number = wide.nextPacketNumber();
            wide.onPacketSent(nowNs, number, 1, DATA);
        }

        assertThat(number + 2).isBetween((long) SentPackets.NUMBERS_MAX, SentPackets.NUMBERS_MAX + 2L);
        assertThat(wide.sendableBytes(nowNs)).isZero();
        assertThat(wide.nextSendNs(nowNs)).isEqualTo(Long.MAX_VALUE);
        assertThat(wide.probesDue()).isZero();
    }

    @Test
    void theWindowFillsAndEmpties() {
        while (!window.isWindowFull()) {
            sendPackets(1);
        }
        assertThat(window.bytesInFlight()).isEqualTo(10L * BYTES);
        assertThat(window.nextSendNs(nowNs)).isEqualTo(Long.MAX_VALUE);

        pass(ROUND_TRIP_NS);
        acknowledge(0, 9);

        assertThat(window.isWindowFull()).isFalse();
        assertThat(window.congestion().windowBytes()).isEqualTo(20L * BYTES);
    }

    @Test
    void aRowFillsTheWindowAndNoMore() {
        assertThat(window.packetsInRow(BYTES)).isEqualTo(10);
        assertThat(window.packetsInRow(BYTES / 2)).isEqualTo(19); // the last begins with a whole datagram's room

        window.onPacketsSent(nowNs, 0, 10, BYTES, DATA);

        assertThat(window.bytesInFlight()).isEqualTo(10L * BYTES);
        assertThat(window.isWindowFull()).isTrue();
        assertThat(window.packetsInRow(BYTES)).isEqualTo(1); // a probe may go all the same
    }

    @Test
    void aRowEndsBeforeASkippedNumber() {
        SendWindow wide = new SendWindow(BYTES, FixedRate.of(1L << 40), new Random(1), 0);
        int rows = 0;
        long first = 0;
        while (wide.nextPacketNumber() < 100_000) {
            int count = wide.packetsInRow(BYTES);
            wide.onPacketsSent(nowNs, first, count, BYTES, DATA);
            assertThat(wide.nextPacketNumber()).isEqualTo(first + count + 1);
            first = wide.nextPacketNumber();
            rows++;
        }

        assertThat(rows).isGreaterThan(5);
        assertThat(wide.bytesInFlight()).isEqualTo((first - rows) * BYTES);
    }

    @Test
    void aRowIsSettledInRunsThatAreAlike() {
        window.onPacketsSent(nowNs, 0, 4, BYTES, DATA);
        window.onPacketsSent(nowNs, 4, 2, BYTES, DATA | SendWindow.ECN_MARKED);
        window.onPacketsSent(nowNs, 6, 1, BYTES / 2, DATA);
        List<String> runs = new ArrayList<>();
        pass(ROUND_TRIP_NS);
        ack.clear().ranges().add(1, 6);
        window.onAck(nowNs, ack, new LostCount() {
            @Override
            public void onAcked(long first, long last) {
                runs.add(first + " to " + last);
            }
        });

        assertThat(runs).containsExactly("1 to 3", "4 to 5", "6 to 6");
        assertThat(window.bytesInFlight()).isEqualTo(BYTES);
        assertThat(window.lowestOutstanding()).isZero();
    }

    private void assertRefused(long first, long last) {
        String before = state();
        ack.clear().ranges().add(first, last);
        long refused = window.counters().acksInvalid();

        assertThat(window.onAck(nowNs, ack, fates)).isEqualTo(ReasonCode.ACK_INVALID);

        assertThat(state()).isEqualTo(before);
        assertThat(window.counters().acksInvalid()).isEqualTo(refused + 1);
        assertThat(fates.lines).isEmpty();
    }

    private String state() {
        return window.bytesInFlight() + " " + window.lowestOutstanding() + " "
                + window.congestion().windowBytes() + " " + window.deadlineNs() + " "
                + window.rtt().smoothedNs() + " " + window.counters().packetsAcked();
    }

    private long sendUntilSkip() {
        long number = window.nextPacketNumber();
        while (true) {
            sendPackets(1);
            if (window.nextPacketNumber() != number + 1) {
                sendPackets(1);
                return number + 1;
            }
            number = window.nextPacketNumber();
        }
    }

    private void sendPackets(int count) {
        for (int i = 0; i < count; i++) {
            window.onPacketSent(nowNs, window.nextPacketNumber(), BYTES, DATA);
        }
    }

    private void pass(long durationNs) {
        nowNs += durationNs;
    }

    private void acknowledge(long first, long last) {
        ack.clear().ranges().add(first, last);
        assertThat(window.onAck(nowNs, ack, fates)).isEqualTo(ReasonCode.NO_ERROR);
    }
}
