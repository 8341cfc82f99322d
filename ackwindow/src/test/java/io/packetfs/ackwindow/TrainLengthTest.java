package io.packetfs.ackwindow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TrainLengthTest {
    private final TrainLength length = new TrainLength();

    @Test
    void lossesAtTheEndsShortenTrains() {
        send(1_000, 0.5, 0.1, 0.9);
        assertThat(length.halvings()).isEqualTo(1);
        send(10_000, 0.5, 0.1, 0.9);
        assertThat(length.halvings()).isEqualTo(TrainLength.HALVINGS_MAX);
    }

    @Test
    void lossesAnywhereDoNot() {
        for (int i = 0; i < 50; i++) {
            send(1_000, 0.7, 0.1, 0.7);
            assertThat(length.halvings()).isLessThanOrEqualTo(1);
        }
        send(2_000, 0.7, 0.1, 0.7);
        assertThat(length.halvings()).isZero();
    }

    @Test
    void withoutLossesTheyGrowAgain() {
        send(10_000, 0.5, 0.1, 0.9);
        send((TrainLength.HALVINGS_MAX + 1) * TrainLength.PACKETS_MAX, 0.5, 0, 0);
        assertThat(length.halvings()).isZero();
    }

    @Test
    void shortTrainsCarryAQuarterOfAMillisecondOrTwoPackets() {
        Pacer fast = new Pacer(1_472);
        fast.rate(0, 25_000_000);
        fast.halvings(TrainLength.HALVINGS_MAX);
        assertThat(fast.quantumBytes()).isEqualTo(25_000_000 / 4_000);
        Pacer slow = new Pacer(1_472);
        slow.rate(0, 2_000_000);
        assertThat(slow.quantumBytes()).isEqualTo(8_000);
        slow.halvings(1);
        assertThat(slow.quantumBytes()).isEqualTo(4_000);
        slow.halvings(TrainLength.HALVINGS_MAX);
        assertThat(slow.quantumBytes()).isEqualTo(2 * 1_472);
        slow.halvings(0);
        assertThat(slow.quantumBytes()).isEqualTo(8_000);
    }

    @Test
    void aTrainIsInItsSecondHalfWhenHalfOfItHasGone() {
        Pacer pacer = new Pacer(1_000);
        pacer.rate(0, 10_000_000);
        assertThat(pacer.quantumBytes()).isEqualTo(10_000);
        pacer.sendableBytes(1_000_000_000);
        for (int i = 0; i < 5; i++) {
            assertThat(pacer.packetsInFirstHalf(1_000)).isEqualTo(5 - i);
            pacer.onSent(1_000_000_000, 1_000);
        }
        assertThat(pacer.packetsInFirstHalf(1_000)).isZero();
    }

    private void send(int packets, double secondHalves, double loss, double lostInSecondHalf) {
        SplittableRandom random = new SplittableRandom(packets);
        for (int i = 0; i < packets; i++) {
            length.onSent(1, random.nextDouble() < secondHalves ? 1 : 0);
            if (random.nextDouble() < loss) {
                length.onLost(random.nextDouble() < lostInSecondHalf);
            }
        }
    }
}
