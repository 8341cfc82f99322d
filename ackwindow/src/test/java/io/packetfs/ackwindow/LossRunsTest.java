package io.packetfs.ackwindow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LossRunsTest {
    private final LossRuns runs = new LossRuns();

    @Test
    void ofLossesInARowTheFirstThreeCount() {
        int counted = 0;
        for (long number = 100; number < 110; number++) {
            counted += runs.counts(number) ? 1 : 0;
        }

        assertThat(counted).isEqualTo(LossRuns.COUNTED_MAX);
        assertThat(runs.counts(111)).isTrue();
    }

    @Test
    void lossesWithArrivalsBetweenThemAllCount() {
        for (long number = 0; number < 100; number += 2) {
            assertThat(runs.counts(number)).isTrue();
        }
    }
}
