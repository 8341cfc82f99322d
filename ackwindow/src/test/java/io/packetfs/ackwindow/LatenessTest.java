package io.packetfs.ackwindow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LatenessTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long START_NS = 7 * SECOND_NS;

    private final Lateness lateness = new Lateness();

    @Test
    void isTheGreatestOfLate() {
        lateness.onLate(START_NS, 300);
        lateness.onLate(START_NS + 1, 700);
        lateness.onLate(START_NS + 2, 500);

        assertThat(lateness.ns(START_NS + 3)).isEqualTo(700);
    }

    @Test
    void isForgottenAfterTwoPeriodsAtMost() {
        lateness.onLate(START_NS, 700);
        assertThat(lateness.ns(START_NS + Lateness.PERIOD_NS)).isEqualTo(700);
        lateness.onLate(START_NS + Lateness.PERIOD_NS + 1, 200);

        assertThat(lateness.ns(START_NS + 2 * Lateness.PERIOD_NS)).isEqualTo(200);
        assertThat(lateness.ns(START_NS + 3 * Lateness.PERIOD_NS)).isZero();
    }

    @Test
    void isNoneAfterALongSilence() {
        lateness.onLate(START_NS, 700);

        assertThat(lateness.ns(START_NS + 2 * Lateness.PERIOD_NS)).isZero();
    }
}
