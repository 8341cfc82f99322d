package io.packetfs.ackwindow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** The arithmetic of RFC 9438. */
class CubicTest {
    private static final int BYTES = 1_000;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long ROUND_TRIP_NS = 100_000_000L;

    private final RttEstimator rtt = new RttEstimator();
    private final Cubic cubic = new Cubic(BYTES, rtt);
    private final DeliverySample sample = new DeliverySample();
    private final LostPacket lost = new LostPacket();
    private long nowNs = 10 * SECOND_NS;

    CubicTest() {
        rtt.onSample(ROUND_TRIP_NS, 0);
    }

    @Test
    void startsWithTenPacketsAndDoublesInARoundTrip() {
        assertThat(cubic.windowBytes()).isEqualTo(10L * BYTES);

        acknowledge(10L * BYTES);

        assertThat(cubic.windowBytes()).isEqualTo(20L * BYTES);
        assertThat(cubic.pacingBytesPerSecond()).isEqualTo(2 * 20L * BYTES * 10);
    }

    @Test
    void aLossTakesThreeTenthsOfTheWindowOncePerEpisode() {
        growTo(100);

        lose(true);
        lose(false);

        assertThat(cubic.windowBytes()).isEqualTo(70L * BYTES);
        assertThat(cubic.isInSlowStart()).isFalse();
    }

    @Test
    void whatWasSentBeforeTheResponseDoesNotGrowTheWindow() {
        growTo(100);
        lose(true);

        acknowledgeSentAt(nowNs - 1, 10L * BYTES);

        assertThat(cubic.windowBytes()).isEqualTo(70L * BYTES);
    }

    @Test
    void regainsTheOldWindowWhenTheRfcSays() {
        growTo(100);
        lose(true);
        // K = cbrt(W_max * (1 - beta) / C) = cbrt(100 * 0.3 / 0.4) = 4.217 s
        double plateauSeconds = Math.cbrt(100 * 0.3 / 0.4);

        runRoundTrips((long) (plateauSeconds * 10));
        assertThat(segments()).isCloseTo(100, within(1.0));

        // Four seconds past K the curve is C * 4^3 = 25.6 segments above the old window.
        runRoundTrips(40);
        assertThat(segments()).isCloseTo(125.6, within(3.0));
    }

    @Test
    void isConcaveBeforeThePlateauAndConvexAfterIt() {
        growTo(1_000);
        lose(true);
        runRoundTrips(1);
        double start = segments();
        runRoundTrips(20);
        double early = segments() - start;
        double plateauSeconds = Math.cbrt(1_000 * 0.3 / 0.4);
        runRoundTrips((long) (plateauSeconds * 10) - 31);
        double beforePlateau = segments();
        runRoundTrips(20);
        double aroundPlateau = segments() - beforePlateau;
        runRoundTrips(60);
        double beforeLate = segments();
        runRoundTrips(20);

        assertThat(early).isGreaterThan(10 * aroundPlateau);
        assertThat(segments() - beforeLate).isGreaterThan(10 * aroundPlateau);
    }

    @Test
    void isNoSlowerThanRenoOnAShortPath() {
        rtt.onSample(1_000_000, 0);
        for (int i = 0; i < 200; i++) {
            rtt.onSample(1_000_000, 0);
        }
        growTo(20);
        lose(true);
        double window = segments();

        // Reno with CUBIC's decrease grows by alpha = 3 * 0.3 / 1.7 = 0.529 segments in a round trip, by 1 after W_max.
        for (int i = 0; i < 10; i++) {
            nowNs += 1_000_000;
            acknowledge(cubic.windowBytes());
        }

        assertThat(segments() - window).isCloseTo(10 * Cubic.ALPHA, within(0.3));
        assertThat(Cubic.ALPHA).isCloseTo(0.529, within(0.001));
    }

    @Test
    void convergesFastWhenTheOldMaximumIsOutOfReach() {
        growTo(1_000);
        lose(true);
        nowNs += SECOND_NS;
        lose(true);
        // The second loss came at 700 segments, below the old maximum of 1000: W_max = 700 * 1.7 / 2 = 595, from 490
        // upwards.
        runRoundTrips((long) (Math.cbrt((595 - 490) / 0.4) * 10));

        assertThat(segments()).isCloseTo(595, within(2.0));
    }

    @Test
    void anUndoneLossLeavesTheWindowAsItWas() {
        growTo(100);
        lose(true);
        runRoundTrips(40);
        lose(true);
        double after = segments();

        cubic.onLossUndone(nowNs);

        assertThat(after).isLessThan(75);
        assertThat(segments()).isCloseTo(100, within(2.0));
        cubic.onLossUndone(nowNs);
        assertThat(segments()).as("undone once only").isCloseTo(100, within(2.0));
    }

    @Test
    void timeInWhichTheApplicationSentNothingDoesNotCount() {
        growTo(100);
        lose(true);
        runRoundTrips(10);
        double before = segments();

        sample.isApplicationLimited = true;
        nowNs += 60 * SECOND_NS;
        acknowledge(BYTES);
        sample.isApplicationLimited = false;
        runRoundTrips(1);

        assertThat(segments()).isBetween(before, before + 5);
    }

    @Test
    void persistentCongestionLeavesTwoPacketsAndSlowStartRegainsTheRest() {
        growTo(100);
        lose(true);

        cubic.onPersistentCongestion(nowNs);

        assertThat(cubic.windowBytes()).isEqualTo((long) Cubic.WINDOW_PACKETS_MIN * BYTES);
        assertThat(cubic.isInSlowStart()).isTrue();
        nowNs += SECOND_NS;
        for (int i = 0; i < 6; i++) {
            nowNs += ROUND_TRIP_NS;
            acknowledge(cubic.windowBytes());
        }
        assertThat(segments()).isGreaterThan(69);
    }

    @Test
    void aCongestionMarkCountsLikeALossOncePerRoundTrip() {
        growTo(100);

        sample.newestSentNs = nowNs;
        cubic.onCongestionMarked(nowNs, 1, sample);
        cubic.onCongestionMarked(nowNs, 2, sample);

        assertThat(cubic.windowBytes()).isEqualTo(70L * BYTES);
    }

    private void growTo(int packets) {
        acknowledge((long) packets * BYTES - cubic.windowBytes());
        assertThat(cubic.windowBytes()).isEqualTo((long) packets * BYTES);
    }

    private void runRoundTrips(long count) {
        for (long i = 0; i < count; i++) {
            nowNs += ROUND_TRIP_NS;
            acknowledge(cubic.windowBytes());
        }
    }

    private void acknowledge(long bytes) {
        acknowledgeSentAt(nowNs + 1, bytes);
    }

    private void acknowledgeSentAt(long sentNs, long bytes) {
        sample.newestSentNs = sentNs;
        sample.ackedBytes = bytes;
        sample.rttNs = ROUND_TRIP_NS;
        cubic.onAck(nowNs, sample);
    }

    private void lose(boolean isNewEpisode) {
        lost.bytes = BYTES;
        lost.isNewEpisode = isNewEpisode;
        cubic.onPacketLost(nowNs, lost);
    }

    private double segments() {
        return (double) cubic.windowBytes() / BYTES;
    }
}
