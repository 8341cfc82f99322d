package io.packetfs.ackwindow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PacketConservationTest {
    private final PacketConservation conservation = new PacketConservation();
    private final DeliverySample sample = new DeliverySample();

    @Test
    void withoutLossTheWindowGrows() {
        assertThat(conservation.windowBytes(3, 10_000, 12_000, sample)).isEqualTo(12_000);
    }

    @Test
    void afterALossAsMuchGoesOutAsArrivesUntilTheRoundIsOver() {
        conservation.onLost(5);
        acked(6_000, 1_000, 1_000);
        assertThat(conservation.windowBytes(5, 10_000, 11_000, sample)).isEqualTo(7_000);
        acked(6_000, 1_000, 0);
        assertThat(conservation.windowBytes(5, 7_000, 8_000, sample)).isEqualTo(7_000);
        acked(5_500, 1_000, 500);
        assertThat(conservation.windowBytes(6, 7_000, 8_000, sample)).isEqualTo(6_500);
        acked(6_000, 1_000, 0);
        assertThat(conservation.windowBytes(7, 6_500, 7_500, sample)).isEqualTo(7_500);
    }

    @Test
    void itBeginsAgainOnlyAfterARoundOfGrowth() {
        conservation.onLost(5);
        acked(6_000, 1_000, 1_000);
        conservation.windowBytes(5, 10_000, 11_000, sample);
        conservation.onLost(6);
        assertThat(conservation.windowBytes(7, 7_000, 8_000, sample)).isEqualTo(8_000);
        conservation.onLost(7);
        assertThat(conservation.windowBytes(7, 8_000, 9_000, sample)).isEqualTo(7_000);
    }

    private void acked(long inFlightBytes, long ackedBytes, long lostBytes) {
        sample.inFlightBytes = inFlightBytes;
        sample.ackedBytes = ackedBytes;
        sample.lostBytes = lostBytes;
    }
}
