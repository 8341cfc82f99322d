package io.packetfs.ackwindow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When others are taken for such as answer to no loss, and what comes of it. */
class ContentionTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long RTT_NS = 40_000_000;
    private static final long QUEUE_NS = 38_000_000;
    private static final Bottleneck.Path SHARED = Bottleneck.Path.of(50, 20, 0);

    private final Contention contention = new Contention();

    @Test
    void isNoticedWhenTheQueueStandsWhateverIsAnswered() {
        answer(1, 3);
        assertThat(contention.isNoticed()).isFalse();
        contention.onStretch(QUEUE_NS * 7 / 10);
        answer(4, 1);
        assertThat(contention.isNoticed()).isTrue();
    }

    @Test
    void isNotNoticedWhenTheQueueShrinksMeanwhile() {
        answer(1, 3);
        contention.onStretch(QUEUE_NS / 2);
        answer(4, 3);
        assertThat(contention.isNoticed()).isFalse();
    }

    @Test
    void isNotNoticedWhenAnswersAreFarApart() {
        for (int i = 1; i <= 20; i++) {
            contention.onAnswer(i * (Contention.ROUNDS_APART_MAX + 1L), QUEUE_NS, RTT_NS);
        }
        assertThat(contention.isNoticed()).isFalse();
    }

    @Test
    void isNotNoticedOverAShallowQueue() {
        for (int round = 1; round <= 20; round++) {
            contention.onAnswer(round, RTT_NS / 5, RTT_NS);
        }
        assertThat(contention.isNoticed()).isFalse();
    }

    @Test
    void isOverWhenTheQueueShrinks() {
        answer(1, 4);
        contention.onStretch(QUEUE_NS / 2);
        assertThat(contention.isNoticed()).isFalse();
    }

    @Test
    void isNoticedSoonerAfterAProbeOfTheRoundTrip() {
        answer(1, 4);
        contention.onRttProbe();
        assertThat(contention.isNoticed()).isFalse();
        answer(12, 2);
        assertThat(contention.isNoticed()).isTrue();
    }

    /** Where the path loses packets by itself too, the queue is noticed to stand a little later: 0.26 to 0.37 over seeds. */
    @ParameterizedTest(name = "ours begins {0} s, theirs {1} s after the start; loss {2}")
    @CsvSource({"0, 0, 0, 0.30", "5, 0, 0, 0.30", "0, 5, 0, 0.30", "0, 0, 0.01, 0.25"})
    void oursAndTheFirstBbrLeaveEachOtherAThird(long oursAfter, long theirsAfter, double loss, double least) {
        Simulation simulation = new Simulation(Bottleneck.Path.of(50, 20, loss), 7);
        Flow ours = null;
        Flow theirs = null;
        for (long second = 0; second <= Math.max(oursAfter, theirsAfter); second++) {
            ours = second == oursAfter ? simulation.add(Bbr.supplier()) : ours;
            theirs = second == theirsAfter ? simulation.add(KernelBbr::new) : theirs;
            simulation.runUntil((second + 1) * SECOND_NS);
        }

        assertThat(shareOver(simulation, ours, theirs)).isBetween(least, 0.70);
    }

    @Test
    void theFirstBbrAsModelledHereSharesWithItselfAndOverrunsCubic() {
        Simulation alike = new Simulation(SHARED, 7);
        assertThat(shareOver(alike, alike.add(KernelBbr::new), alike.add(KernelBbr::new)))
                .isBetween(0.4, 0.6);
        Simulation unlike = new Simulation(SHARED, 7);
        assertThat(shareOver(unlike, unlike.add(Cubic.supplier()), unlike.add(KernelBbr::new)))
                .isLessThan(0.3);
    }

    private void answer(long firstRound, int count) {
        for (int i = 0; i < count; i++) {
            contention.onAnswer(firstRound + i, QUEUE_NS, RTT_NS);
        }
    }

    /** The first flow's share of what two deliver in the coming minute. */
    private static double shareOver(Simulation simulation, Flow first, Flow second) {
        long firstBefore = first.usefulBytes();
        long secondBefore = second.usefulBytes();
        simulation.runUntil(simulation.nowNs() + 60 * SECOND_NS);
        double firstBytes = first.usefulBytes() - firstBefore;
        double secondBytes = second.usefulBytes() - secondBefore;
        assertThat(firstBytes + secondBytes).isGreaterThan(0.9 * 60 * SHARED.bytesPerSecond());
        return firstBytes / (firstBytes + secondBytes);
    }
}
