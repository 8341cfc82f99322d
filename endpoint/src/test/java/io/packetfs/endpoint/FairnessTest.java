package io.packetfs.endpoint;

import static io.packetfs.endpoint.EnginePair.MS;
import static io.packetfs.endpoint.EnginePair.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.ackwindow.Bbr;
import io.packetfs.ackwindow.CongestionControllerSupplier;
import io.packetfs.ackwindow.Cubic;
import io.packetfs.sim.LinkSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What flows leave each other on a wire of 50 Mbit/s, 40 ms there and back, with a queue of one bandwidth-delay product. */
class FairnessTest {
    private static final long ENDLESS = 1L << 40;
    private static final long ROUND_TRIP_MS = 40;
    private static final LinkSettings SETTINGS = LinkSettings.builder()
            .delayMs(ROUND_TRIP_MS / 2)
            .rateMegabitsPerSecond(50)
            .queueBytesMax(50 * 125 * ROUND_TRIP_MS)
            .build();

    private final SharedWire wire = new SharedWire(1, SETTINGS);

    @ParameterizedTest(name = "the second begins {0} s later")
    @ValueSource(longs = {0, 5})
    void twoOfOursShareEqually(long laterSeconds) {
        double share = shareOfFirst(Bbr.supplier(), Bbr.supplier(), laterSeconds);

        assertThat(jain(share)).isGreaterThan(0.9);
    }

    @Test
    void oneOfOursAndCubicLeaveEachOtherAThird() {
        assertThat(shareOfFirst(Bbr.supplier(), Cubic.supplier(), 0)).isBetween(0.30, 0.70);
    }

    @Test
    void oneAloneKeepsTheQueueNearlyEmpty() {
        SharedWire.Flow flow = wire.add(Bbr.supplier(), ENDLESS);
        wire.runUntil(2 * SECOND);
        int samples = 0;
        int nearlyEmpty = 0;
        while (wire.nowNs() < 30 * SECOND) {
            wire.runUntil(wire.nowNs() + 50 * MS);
            samples++;
            nearlyEmpty += flow.connection.stats().rttNsSmoothed() < 1.3 * ROUND_TRIP_MS * MS ? 1 : 0;
        }

        assertThat((double) nearlyEmpty / samples).isGreaterThan(0.5);
    }

    private double shareOfFirst(
            CongestionControllerSupplier first, CongestionControllerSupplier second, long laterSeconds) {
        SharedWire.Flow one = wire.add(first, ENDLESS);
        wire.runUntil(laterSeconds * SECOND);
        SharedWire.Flow other = wire.add(second, ENDLESS);
        one.beginSteadyPart();
        other.beginSteadyPart();
        wire.runUntil(wire.nowNs() + 60 * SECOND);
        double sum = one.goodputBitsPerSecond() + other.goodputBitsPerSecond();
        assertThat(sum).isGreaterThan(0.9 * 50e6 * 1_432 / 1_500);
        return one.goodputBitsPerSecond() / sum;
    }

    private static double jain(double share) {
        return 1 / (2 * (share * share + (1 - share) * (1 - share)));
    }
}
