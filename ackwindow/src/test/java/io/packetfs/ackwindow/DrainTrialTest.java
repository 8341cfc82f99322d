package io.packetfs.ackwindow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DrainTrialTest {
    private static final long MS = 1_000_000;
    private static final long ROUND_TRIP_NS = 40 * MS;
    private static final double MARGIN = 0.05;

    /** 12 ms at 5 percent, and two round trips. */
    private static final long TRIAL_NS = 320 * MS;

    private final DrainTrial trial = new DrainTrial();
    private long nowNs;

    @Test
    void isOnInACycleInWhichTheQueueWasGoneAndWhileItShrinks() {
        trial.onCycle(false);
        stretch(0, 12 * MS);
        assertThat(trial.isOn()).isFalse();
        stretch(MS, 0);
        assertThat(trial.isOn()).isTrue();
        stretch(MS, 12 * MS);
        stretch(TRIAL_NS, 9 * MS);
        stretch(TRIAL_NS, 7 * MS);
        assertThat(trial.isOn()).isTrue();

        trial.onCycle(false);
        assertThat(trial.isOn()).isFalse();
    }

    @Test
    void isOffWhereTheQueueStaysAsItIs() {
        trial.onCycle(false);
        stretch(0, 0);
        stretch(MS, 12 * MS);
        stretch(TRIAL_NS - MS, 12 * MS);
        assertThat(trial.isOn()).isTrue();
        stretch(MS, 12 * MS);
        assertThat(trial.isOn()).isFalse();
        stretch(10 * TRIAL_NS, 2 * MS);
        assertThat(trial.isOn()).as("until the queue has been gone").isFalse();

        stretch(MS, 0);
        assertThat(trial.isOn()).isTrue();
    }

    @Test
    void isOffAfterAProbeOfTheRoundTripWhichEmptiesTheQueueOfAll() {
        trial.onCycle(true);
        stretch(MS, 0);
        assertThat(trial.isOn()).isFalse();
    }

    private void stretch(long ns, long queueNs) {
        nowNs += ns;
        trial.onStretch(nowNs, queueNs, ROUND_TRIP_NS, MARGIN);
    }
}
