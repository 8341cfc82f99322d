package io.packetfs.ackwindow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CappedRateTest {
    private static final int DATAGRAM_BYTES = 1_200;

    private static CongestionController create(CongestionControllerSupplier supplier) {
        return supplier.create(DATAGRAM_BYTES, new RttEstimator(), new SplittableRandom(1));
    }

    @Test
    void pacesNoFasterThanTheCap() {
        assertThat(create(CappedRate.of(1_000, FixedRate.of(5_000_000))).pacingBytesPerSecond())
                .isEqualTo(1_000);
    }

    @Test
    void leavesASlowerControllerAlone() {
        CongestionController slow = create(FixedRate.of(5_000));
        CongestionController capped = create(CappedRate.of(1_000_000, FixedRate.of(5_000)));
        assertThat(capped.pacingBytesPerSecond()).isEqualTo(slow.pacingBytesPerSecond());
        assertThat(capped.windowBytes()).isEqualTo(slow.windowBytes());
    }

    @Test
    void refusesACapOfNothing() {
        assertThatThrownBy(() -> CappedRate.of(0, Cubic.supplier()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 bytes per second");
    }
}
