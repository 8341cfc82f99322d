package io.packetfs.ackwindow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class AmbientLossTest {
    private static final int BYTES = 1_000;

    private final AmbientLoss ambient = new AmbientLoss();

    @Test
    void aPathWithoutLossOfItsOwnToleratesTwoPercent() {
        round(0, 100);

        assertThat(isExceeded(2, 98)).isFalse();
        assertThat(isExceeded(3, 97)).isTrue();
    }

    @Test
    void twoLossesSayNothingHoweverFewPacketsThereWere() {
        assertThat(isExceeded(2, 2)).isFalse();
        assertThat(isExceeded(3, 2)).isTrue();
    }

    @Test
    void lossThatIsAlwaysThereIsTolerated() {
        Random random = new Random(4);
        int exceeded = 0;
        for (int i = 0; i < 300; i++) {
            int lost = lossesOf(100, 0.10, random);
            exceeded += i > 10 && isExceeded(lost, 100 - lost) ? 1 : 0;
            round(lost, 100 - lost);
        }

        assertThat(ambient.lossRate()).isCloseTo(0.10, within(0.04));
        assertThat(exceeded).isLessThan(3);
        assertThat(isExceeded(30, 70)).isTrue();
    }

    @Test
    void lossThatComesAndGoesIsNotAmbient() {
        for (int i = 0; i < 100; i++) {
            round(i / 3 % 3 == 0 ? 160 : 0, 400);
        }

        assertThat(ambient.lossRate()).isZero();
    }

    @Test
    void isForgottenWithinABlockWhenItEnds() {
        round(100, 900);
        assertThat(ambient.lossRate()).isEqualTo(0.10);

        round(0, 1_000);

        assertThat(ambient.lossRate()).isZero();
    }

    @Test
    void toleratesOfLossesInARowNoMoreThanCounts() {
        ambient.onStretch(30L * BYTES, 100L * BYTES, 900L * BYTES, BYTES);

        assertThat(ambient.lossRate()).isEqualTo(0.10);
        assertThat(isExceeded(100, 900)).isTrue();
    }

    @Test
    void whenItIsSteadyLessMoreIsTolerated() {
        round(30, 270);
        assertThat(isExceeded(340, 1_660)).isFalse();
        for (int i = 0; i < AmbientLoss.STEADY_BLOCKS; i++) {
            round(30, 270);
        }

        assertThat(isExceeded(270, 1_730)).isFalse();
        assertThat(isExceeded(340, 1_660)).isTrue();
        assertThat(ambient.lossRate()).isCloseTo(0.10, within(0.001));
    }

    @Test
    void blocksThatDisagreeAreNotTakenTogether() {
        for (int i = 0; i < 2 * AmbientLoss.STEADY_BLOCKS; i++) {
            round(i % 2 == 0 ? 0 : 60, 300);
        }

        assertThat(ambient.lossRate()).isZero();
    }

    @Test
    void moreThanHalfIsNeverAmbient() {
        for (int i = 0; i < AmbientLoss.STEADY_BLOCKS; i++) {
            round(900, 100);
        }

        assertThat(ambient.lossRate()).isEqualTo(AmbientLoss.RATE_MAX);
    }

    private void round(int lost, int delivered) {
        ambient.onStretch((long) lost * BYTES, (long) lost * BYTES, (long) delivered * BYTES, BYTES);
    }

    private boolean isExceeded(int lost, int delivered) {
        return ambient.isExceededBy((long) lost * BYTES, (long) delivered * BYTES, BYTES);
    }

    private static int lossesOf(int packets, double rate, Random random) {
        int lost = 0;
        for (int i = 0; i < packets; i++) {
            lost += random.nextDouble() < rate ? 1 : 0;
        }
        return lost;
    }
}
