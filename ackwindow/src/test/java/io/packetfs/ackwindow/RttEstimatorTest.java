package io.packetfs.ackwindow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RttEstimatorTest {
    private final RttEstimator rtt = new RttEstimator();

    @Test
    void assumesAThirdOfASecondBeforeTheFirstSample() {
        assertThat(rtt.hasSample()).isFalse();
        assertThat(rtt.smoothedNs()).isEqualTo(RttEstimator.INITIAL_NS);
    }

    @Test
    void theFirstSampleSetsEverything() {
        rtt.onSample(80_000, 50_000);

        assertThat(rtt.smoothedNs()).isEqualTo(80_000);
        assertThat(rtt.variationNs()).isEqualTo(40_000);
        assertThat(rtt.minNs()).isEqualTo(80_000);
    }

    @Test
    void laterSamplesCountByAnEighthAndAQuarter() {
        rtt.onSample(80_000, 0);

        rtt.onSample(160_000, 0);

        assertThat(rtt.smoothedNs()).isEqualTo(90_000);
        assertThat(rtt.variationNs()).isEqualTo(50_000);
        assertThat(rtt.latestNs()).isEqualTo(160_000);
        assertThat(rtt.minNs()).isEqualTo(80_000);
    }

    @Test
    void aDelayThatWouldUndercutTheMinimumIsNotBelieved() {
        rtt.onSample(80_000, 0);

        rtt.onSample(100_000, 30_000);
        assertThat(rtt.smoothedNs()).isEqualTo(82_500);

        rtt.onSample(120_000, 30_000);
        assertThat(rtt.smoothedNs()).isEqualTo(83_437);
    }

    @Test
    void aPathOfMicrosecondsIsEstimatedAsSuch() {
        for (int i = 0; i < 100; i++) {
            rtt.onSample(50_000 + i % 2 * 100, 0);
        }

        assertThat(rtt.smoothedNs()).isBetween(50_000L, 50_100L);
        assertThat(rtt.variationNs()).isLessThan(200);
    }

    @Test
    void sillySamplesAreCut() {
        rtt.onSample(-5, 0);
        assertThat(rtt.smoothedNs()).isOne();

        rtt.onSample(Long.MAX_VALUE, 0);
        assertThat(rtt.latestNs()).isEqualTo(RttEstimator.SAMPLE_NS_MAX);
    }

    @Test
    void theMinimumMayRiseAfterTheOldPathIsGone() {
        rtt.onSample(10_000, 0);
        rtt.onSample(90_000, 0);

        rtt.forgetMinimum();

        assertThat(rtt.minNs()).isEqualTo(90_000);
    }
}
