package io.packetfs.ackwindow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RttProbeTest {
    private static final long MS = 1_000_000;
    private static final long PACKET_BYTES = 1_000;

    private final RttProbe probe = new RttProbe();
    private final RoundCounter rounds = new RoundCounter();
    private long nowNs;
    private long deliveredBytes;

    @Test
    void isOverWhenAWholeRoundHasShownTheShortestRoundTripThatWasKnown() {
        probe.begin(4 * PACKET_BYTES, 20 * MS);

        assertThat(isOverAfterRound(20)).as("what was in flight before").isFalse();
        assertThat(isOverAfterRound(20)).as("the first round of little").isFalse();
        assertThat(isOverAfterRound(20)).isTrue();
        assertThat(probe.hasShownKnown()).isTrue();
    }

    @Test
    void waitsForOthersToEmptyTheQueueWithIt() {
        probe.begin(4 * PACKET_BYTES, 20 * MS);
        assertThat(roundsUntilOver(25)).isEqualTo(1 + 9);
        assertThat(nowNs).isGreaterThan(RttProbe.DURATION_NS);
        assertThat(probe.hasShownKnown()).isFalse();
    }

    @Test
    void isOverSoonAfterOthersHaveEmptiedTheQueueWithIt() {
        probe.begin(4 * PACKET_BYTES, 20 * MS);
        for (int i = 0; i < 4; i++) {
            assertThat(isOverAfterRound(30)).isFalse();
        }
        assertThat(isOverAfterRound(20)).isTrue();
    }

    @Test
    void goesOnWhereTheRoundTripThatWasKnownTurnsOutToHaveHeldAQueue() {
        probe.begin(4 * PACKET_BYTES, 20 * MS);
        assertThat(roundsUntilOver(18)).isGreaterThan(10);
        assertThat(probe.hasShownKnown()).isFalse();
    }

    @Test
    void aRoundTripShorterByWhatIsNoQueueIsAsKnown() {
        probe.begin(4 * PACKET_BYTES, 2_500_000);
        nowNs += MS;
        assertThat(roundsUntilOver(2.1)).isEqualTo(3);
    }

    @Test
    void aRoundTripLongerByWhatHostsWakeLateIsAsKnown() {
        probe.begin(4 * PACKET_BYTES, 2 * MS);
        assertThat(roundsUntilOver(2.4)).isEqualTo(3);
        assertThat(probe.hasShownKnown()).isTrue();
    }

    @Test
    void aRoundTripLongerByAQueueIsNot() {
        probe.begin(4 * PACKET_BYTES, 2 * MS);
        assertThat(roundsUntilOver(2.6)).isGreaterThan(70);
        assertThat(probe.hasShownKnown()).isFalse();
    }

    private int roundsUntilOver(double rttMs) {
        int count = 1;
        while (!isOverAfterRound(rttMs)) {
            count++;
        }
        return count;
    }

    /** One packet goes, and its acknowledgement comes. */
    private boolean isOverAfterRound(double rttMs) {
        DeliverySample sample = new DeliverySample();
        sample.priorDeliveredBytes = deliveredBytes;
        deliveredBytes += PACKET_BYTES;
        sample.deliveredBytes = deliveredBytes;
        sample.rttNs = (long) (rttMs * MS);
        nowNs += sample.rttNs;
        rounds.onAck(sample);
        return probe.onAck(nowNs, sample, rounds);
    }
}
