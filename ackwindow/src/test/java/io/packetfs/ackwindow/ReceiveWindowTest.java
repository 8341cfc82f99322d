package io.packetfs.ackwindow;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.protocol.AckRanges;
import org.junit.jupiter.api.Test;

class ReceiveWindowTest {
    private static final long MILLISECOND_NS = 1_000_000L;
    private static final int NO_ECN = -1;
    private static final int ECN_CE = 3;

    private final ReceiveWindow window = new ReceiveWindow(25 * MILLISECOND_NS);
    private final AckRanges ranges = new AckRanges();
    private long nowNs;
    private long reports;

    @Test
    void anAckIsDueAfterEverySecondPacketAtFirst() {
        take(0);
        assertThat(window.isAckDue(nowNs)).isFalse();

        take(1);
        assertThat(window.isAckDue(nowNs)).isTrue();
    }

    @Test
    void anAckIsDueWhenTheOldestPacketHasWaitedLongEnough() {
        take(0);
        assertThat(window.ackDeadlineNs()).isEqualTo(25 * MILLISECOND_NS);

        nowNs = window.ackDeadlineNs();

        assertThat(window.isAckDue(nowNs)).isTrue();
    }

    @Test
    void anAckIsDueAtOnceWhenAGapOpensAndWhenItFills() {
        window.ackFrequency(100, 25 * MILLISECOND_NS);
        take(0);
        assertThat(window.isAckDue(nowNs)).isFalse();
        take(2);
        assertThat(window.isAckDue(nowNs)).isTrue();
        report();
        assertThat(window.isAckDue(nowNs)).isFalse();

        take(1);

        assertThat(window.isAckDue(nowNs)).isTrue();
    }

    @Test
    void anAckIsDueAtOnceAfterACongestionMark() {
        window.ackFrequency(100, 25 * MILLISECOND_NS);
        take(0);

        window.onPacket(nowNs, 1, true, ECN_CE);

        assertThat(window.isAckDue(nowNs)).isTrue();
        assertThat(window.ce()).isOne();
    }

    @Test
    void packetsThatAskForNothingAreReportedButDoNotMakeAnAckDue() {
        window.onPacket(nowNs, 0, false, NO_ECN);
        window.onPacket(nowNs, 5, false, NO_ECN);

        assertThat(window.isAckDue(nowNs + 1_000 * MILLISECOND_NS)).isFalse();
        assertThat(window.hasUnreported()).isFalse();
        assertThat(window.ackDeadlineNs()).isEqualTo(Long.MAX_VALUE);
        window.fill(ranges);
        assertThat(ranges).hasToString("[5..5, 0..0]");
    }

    @Test
    void theDelayReportedIsThatOfTheLargestNumber() {
        take(1);
        nowNs += 3 * MILLISECOND_NS;
        take(0);

        assertThat(window.ackDelayNs(nowNs + MILLISECOND_NS)).isEqualTo(4 * MILLISECOND_NS);
    }

    @Test
    void duplicatesAreCountedAndOldNumbersToo() {
        take(0);
        assertThat(window.isNew(0)).isFalse();
        nowNs += 1_000 * MILLISECOND_NS;
        take(100_000);

        assertThat(window.isNew(100_000 - SeenNumbers.NUMBERS_MIN)).isFalse();
        assertThat(window.isNew(100_000 - 8_192)).isTrue();

        assertThat(window.duplicates()).isOne();
        assertThat(window.tooOld()).isOne();
    }

    @Test
    void theDuplicateWindowGrowsWithTheRateAndForgetsNothingItKnew() {
        long packetNs = 1_000;
        for (long number = 0; number < 400_000; number += 2) {
            nowNs += packetNs;
            window.onPacket(nowNs, number, true, NO_ECN);
        }
        long largest = window.largest();

        long depth = SeenNumbers.NUMBERS_MAX - 64;
        for (long number = largest; number > largest - depth; number--) {
            assertThat(window.isNew(number)).as("%d", number).isEqualTo(number % 2 == 1);
        }
        assertThat(window.tooOld()).isZero();
    }

    @Test
    void theDuplicateWindowStaysSmallOnASlowPath() {
        SeenNumbers seen = new SeenNumbers();
        for (long number = 0; number < 200_000; number++) {
            seen.add(number * 100_000, number);
        }

        assertThat(seen.capacity()).isEqualTo(SeenNumbers.NUMBERS_MIN);
    }

    @Test
    void aFloodOfGapsKeepsTheRangesBoundedAndCountsWhatLeaves() {
        for (long number = 1; number < 20_001; number += 2) {
            take(number);
        }
        for (long number = 40_000; number < 60_000; number += 2) {
            take(number);
        }
        window.fill(ranges);

        assertThat(ranges.count()).isEqualTo(AckRanges.COUNT_MAX);
        assertThat(ranges.largest()).isEqualTo(59_998);
        assertThat(ranges.first(AckRanges.COUNT_MAX - 1)).isEqualTo(59_998 - 2L * (AckRanges.COUNT_MAX - 1));
        assertThat(window.rangesDropped()).isEqualTo(20_000 - AckRanges.COUNT_MAX);
    }

    @Test
    void rangesThatThePeerHasSeenReportedAreForgotten() {
        take(0);
        take(1);
        take(5);
        report();
        take(6);
        take(9);

        window.onAckAcknowledged(5);
        window.fill(ranges);

        assertThat(ranges).hasToString("[9..9, 6..6]");
    }

    @Test
    void aNumberThatCameAfterTheReportIsKeptThoughTheReportReachedFurther() {
        take(0);
        take(5);
        report();
        take(3);

        window.onAckAcknowledged(5);
        window.fill(ranges);

        assertThat(ranges).hasToString("[5..5, 3..3]");
    }

    @Test
    void thereAlwaysIsARangeToReport() {
        take(7);
        report();

        window.onAckAcknowledged(7);
        window.fill(ranges);

        assertThat(ranges).hasToString("[7..7]");
    }

    @Test
    void numbersNearTheEndOfTheirSpaceAreLikeAnyOthers() {
        long start = (1L << 62) - 100;
        for (long number = start; number < start + 100; number += 3) {
            assertThat(window.isNew(number)).isTrue();
            take(number);
            assertThat(window.isNew(number)).isFalse();
        }
        window.fill(ranges);

        assertThat(ranges.largest()).isEqualTo((1L << 62) - 1);
        assertThat(ranges.count()).isEqualTo(34);
    }

    @Test
    void aClockThatWrapsChangesNothing() {
        nowNs = Long.MAX_VALUE - MILLISECOND_NS;
        take(0);
        assertThat(window.isAckDue(nowNs)).isFalse();

        nowNs += 25 * MILLISECOND_NS;

        assertThat(nowNs).isNegative();
        assertThat(window.ackDeadlineNs()).isEqualTo(nowNs);
        assertThat(window.isAckDue(nowNs)).isTrue();
        assertThat(window.ackDelayNs(nowNs)).isEqualTo(25 * MILLISECOND_NS);
    }

    private void take(long number) {
        window.onPacket(nowNs, number, true, NO_ECN);
    }

    private void report() {
        window.onAckSent(nowNs, reports);
        reports++;
    }
}
