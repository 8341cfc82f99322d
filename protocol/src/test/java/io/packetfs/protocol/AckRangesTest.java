package io.packetfs.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AckRangesTest {
    private final AckRanges ranges = new AckRanges();

    @Test
    void keepsRangesFromTheHighestDown() {
        ranges.add(90, 100);
        ranges.add(7, 7);

        assertThat(ranges.count()).isEqualTo(2);
        assertThat(ranges.largest()).isEqualTo(100);
        assertThat(ranges.first(1)).isEqualTo(7);
        assertThat(ranges).hasToString("[90..100, 7..7]");
    }

    @Test
    void isBounded() {
        for (int i = 0; i < AckRanges.COUNT_MAX; i++) {
            assertThat(ranges.add(10_000 - 2L * i, 10_000 - 2L * i)).isTrue();
        }

        assertThat(ranges.add(1, 1)).isFalse();
        assertThat(ranges.count()).isEqualTo(AckRanges.COUNT_MAX);
        assertThat(ranges.first(AckRanges.COUNT_MAX - 1)).isEqualTo(10_000 - 2L * (AckRanges.COUNT_MAX - 1));
    }

    @Test
    void isEmptyAfterClear() {
        ranges.add(3, 5);

        ranges.clear();

        assertThat(ranges.count()).isZero();
        assertThat(ranges).hasToString("[]");
    }

    @Test
    void takesARangeThatTouchesTheOneAboveForABug() {
        ranges.add(5, 9);

        assertThatThrownBy(() -> ranges.add(3, 4)).isInstanceOf(AssertionError.class);
    }
}
