package io.packetfs.ackwindow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReorderingWindowTest {
    private static final long MILLISECOND_NS = 1_000_000L;

    private final RttEstimator rtt = new RttEstimator();
    private final ReorderingWindow window = new ReorderingWindow(rtt);

    ReorderingWindowTest() {
        rtt.onSample(80 * MILLISECOND_NS, 0);
    }

    @Test
    void startsAtAQuarterOfTheMinimumRoundTrip() {
        assertThat(window.windowNs()).isEqualTo(20 * MILLISECOND_NS);
    }

    @Test
    void growsAtOnceToTheStepThatWouldHaveWaited() {
        window.onLate(45 * MILLISECOND_NS);

        assertThat(window.windowNs()).isEqualTo(60 * MILLISECOND_NS);
    }

    @Test
    void neverExceedsTheSmoothedRoundTrip() {
        window.onLate(10_000 * MILLISECOND_NS);

        assertThat(window.windowNs()).isEqualTo(80 * MILLISECOND_NS);
    }

    @Test
    void onAShortPathItMayGrowToWhatHostsThemselvesDelay() {
        RttEstimator shortPath = new RttEstimator();
        shortPath.onSample(100_000, 0);
        ReorderingWindow onShortPath = new ReorderingWindow(shortPath);

        onShortPath.onLate(3 * MILLISECOND_NS);

        assertThat(onShortPath.windowNs()).isBetween(3 * MILLISECOND_NS, 3 * MILLISECOND_NS + 25_000);
    }

    @Test
    void fallsBackAfterSixteenRoundTripsThatDidNotNeedIt() {
        window.onLate(45 * MILLISECOND_NS);
        rounds(ReorderingWindow.ROUNDS_KEPT);
        assertThat(window.windowNs()).as("it was needed in these rounds").isEqualTo(60 * MILLISECOND_NS);

        rounds(ReorderingWindow.ROUNDS_KEPT);

        assertThat(window.windowNs()).isEqualTo(20 * MILLISECOND_NS);
    }

    @Test
    void staysWhileItIsNeeded() {
        for (int i = 0; i < 100; i++) {
            window.onLate(45 * MILLISECOND_NS);
            rounds(3);
            assertThat(window.windowNs()).isEqualTo(60 * MILLISECOND_NS);
        }
    }

    @Test
    void packetsInTimeNeedNothing() {
        window.onLate(0);
        window.onLate(-MILLISECOND_NS);

        assertThat(window.windowNs()).isEqualTo(20 * MILLISECOND_NS);
    }

    private void rounds(int count) {
        for (int i = 0; i < count; i++) {
            window.onRound();
        }
    }
}
