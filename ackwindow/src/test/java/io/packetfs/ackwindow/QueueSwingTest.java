package io.packetfs.ackwindow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class QueueSwingTest {
    private static final long MS = 1_000_000;

    private final QueueSwing swing = new QueueSwing();

    @Test
    void tellsHowFarTheQueueFellFromItsHeight() {
        see(10, 40, 30, 35);
        assertThat(swing.lowest()).isCloseTo(0.75, within(1e-9));
        see(10, 40);
        assertThat(swing.lowest()).isCloseTo(0.25, within(1e-9));
    }

    @Test
    void aQueueThatOnlyGrowsHasNotFallen() {
        see(1, 6, 20, 40);
        assertThat(swing.lowest()).isEqualTo(1);
    }

    @Test
    void whatIsEmptiedOnPurposeDoesNotCount() {
        see(40, 0);
        swing.restart();
        see(30, 38);
        assertThat(swing.lowest()).isEqualTo(1);
    }

    @Test
    void aFewMillisecondsAreNoQueue() {
        see(4, 0);
        assertThat(swing.lowest()).isEqualTo(1);
    }

    private void see(long... queuesMs) {
        for (long queueMs : queuesMs) {
            swing.onStretch(queueMs * MS);
        }
    }
}
