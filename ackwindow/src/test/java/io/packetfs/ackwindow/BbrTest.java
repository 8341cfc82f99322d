package io.packetfs.ackwindow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The course that {@link Bbr} takes through its phases. */
class BbrTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long MILLISECOND_NS = 1_000_000L;
    private static final long ROUND_TRIP_NS = 100 * MILLISECOND_NS;
    private static final long SEED = 11;

    @Test
    void startsUpDrainsAndThenCycles() {
        Simulation simulation = new Simulation(Bottleneck.Path.of(50, 10, 0), SEED);
        Flow flow = simulation.add(Bbr.supplier());

        List<BbrPhase> course = courseUntil(simulation, flow, 4 * SECOND_NS);

        assertThat(course)
                .startsWith(
                        BbrPhase.STARTUP,
                        BbrPhase.DRAIN,
                        BbrPhase.CRUISE,
                        BbrPhase.REFILL,
                        BbrPhase.UP,
                        BbrPhase.DOWN,
                        BbrPhase.CRUISE);
    }

    @Test
    void startUpTakesAFewRoundTripsEvenUnderLoss() {
        Simulation simulation = new Simulation(Bottleneck.Path.of(100, 10, 0.10), SEED);
        Flow flow = simulation.add(Bbr.supplier());

        courseUntil(simulation, flow, SECOND_NS / 2);

        Bbr bbr = (Bbr) flow.sender.congestion();
        assertThat(bbr.phase()).isNotEqualTo(BbrPhase.STARTUP);
        assertThat(bbr.bytesPerSecond()).isBetween(11_000_000L, 12_600_000L);
        assertThat(bbr.ambientLossRate()).isBetween(0.06, 0.14);
    }

    @Test
    void probesTheRoundTripForAFifthOfASecondWhenTheShortestWasNotSeenForTenSeconds() {
        Simulation simulation = new Simulation(Bottleneck.Path.of(20, 10, 0), SEED);
        Flow flow = simulation.add(Bbr.supplier());
        simulation.runUntil(2 * SECOND_NS);
        simulation.bottleneck.becomes(Bottleneck.Path.of(20, 20, 0));

        Map<BbrPhase, Long> time = new EnumMap<>(BbrPhase.class);
        List<Long> probes = new ArrayList<>();
        BbrPhase before = BbrPhase.STARTUP;
        while (simulation.nowNs() < 32 * SECOND_NS) {
            simulation.runUntil(simulation.nowNs() + MILLISECOND_NS);
            BbrPhase phase = ((Bbr) flow.sender.congestion()).phase();
            time.merge(phase, MILLISECOND_NS, Long::sum);
            if (phase == BbrPhase.PROBE_RTT && before != phase) {
                probes.add(simulation.nowNs());
            }
            before = phase;
        }

        // Then the longer one is known, and seen again and again.
        assertThat(probes).hasSize(1);
        assertThat(probes.getFirst()).isBetween(11 * SECOND_NS, 13 * SECOND_NS);
        assertThat(time.get(BbrPhase.PROBE_RTT)).isBetween(200 * MILLISECOND_NS, 300 * MILLISECOND_NS);
    }

    @Test
    void doesNotDrainAPathThatShowsItsShortestRoundTripAnyway() {
        Simulation simulation = new Simulation(Bottleneck.Path.of(20, 10, 0), SEED);
        Flow flow = simulation.add(Bbr.supplier());

        while (simulation.nowNs() < 32 * SECOND_NS) {
            simulation.runUntil(simulation.nowNs() + 20 * MILLISECOND_NS);
            assertThat(((Bbr) flow.sender.congestion()).phase()).isNotEqualTo(BbrPhase.PROBE_RTT);
        }
    }

    @Test
    void probesAShortPathThatIsItsOwnForAFewRoundTripsAndKnowsItsShortestAsBefore() {
        Simulation simulation = new Simulation(Bottleneck.Path.of(200, 1, 0.01).queueBytes(1_000_000), SEED);
        Flow flow = simulation.add(Bbr.supplier());
        Bbr bbr = (Bbr) flow.sender.congestion();
        simulation.runUntil(5 * SECOND_NS);
        long rttNs = bbr.modelRttNs();
        long probingNs = 0;
        while (simulation.nowNs() < 65 * SECOND_NS) {
            simulation.runUntil(simulation.nowNs() + MILLISECOND_NS);
            probingNs += bbr.phase() == BbrPhase.PROBE_RTT ? MILLISECOND_NS : 0;
        }

        assertThat(probingNs).isBetween(5 * MILLISECOND_NS, 100 * MILLISECOND_NS);
        assertThat(bbr.modelRttNs()).isLessThanOrEqualTo(rttNs);
    }

    @Test
    void probesThatConfirmTheShortestRoundTripDoNotMakeItLongerBitByBit() {
        Bottleneck.Path path = Bottleneck.Path.of(200, 1, 0).queueBytes(1_000_000);
        Simulation simulation = new Simulation(path, SEED);
        Bbr bbr = (Bbr) simulation.add(Bbr.supplier()).sender.congestion();
        simulation.runUntil(15 * SECOND_NS);
        long rttNs = bbr.modelRttNs();
        long longerNs = path.delayNs() * 102 / 100;
        simulation.bottleneck.becomes(
                new Bottleneck.Path(path.bytesPerSecond(), longerNs, path.queueBytes(), path.loss(), 0, 0));

        simulation.runUntil(45 * SECOND_NS);

        assertThat(bbr.modelRttNs()).isEqualTo(rttNs);
    }

    @Test
    void leavesTheQueueNearlyEmptyWhileItCruises() {
        Simulation simulation = new Simulation(Bottleneck.Path.of(50, 10, 0), SEED);
        Flow flow = simulation.add(Bbr.supplier());
        long cruising = 0;
        long queued = 0;
        while (simulation.nowNs() < 8 * SECOND_NS) {
            simulation.runUntil(simulation.nowNs() + MILLISECOND_NS);
            if (simulation.nowNs() > 2 * SECOND_NS && ((Bbr) flow.sender.congestion()).phase() == BbrPhase.CRUISE) {
                cruising++;
                queued += flow.sender.rtt().latestNs() > 25 * MILLISECOND_NS ? 1 : 0;
            }
        }

        assertThat(cruising).isGreaterThan(2_000);
        assertThat((double) queued / cruising).isLessThan(0.1);
    }

    @Test
    void followsAPathThatBecomesFasterOrSlowerWithinSeconds() {
        Simulation simulation = new Simulation(Bottleneck.Path.of(30, 10, 0.02), SEED);
        Flow flow = simulation.add(Bbr.supplier());
        simulation.runUntil(4 * SECOND_NS);

        simulation.bottleneck.becomes(Bottleneck.Path.of(120, 10, 0.02));
        simulation.runUntil(8 * SECOND_NS);
        long before = flow.deliveredBytes;
        simulation.runUntil(9 * SECOND_NS);
        assertThat(simulation.utilisation(flow, before, 8 * SECOND_NS)).isGreaterThan(0.85);

        simulation.bottleneck.becomes(Bottleneck.Path.of(30, 10, 0.02));
        simulation.runUntil(13 * SECOND_NS);
        before = flow.deliveredBytes;
        simulation.runUntil(14 * SECOND_NS);
        assertThat(simulation.utilisation(flow, before, 13 * SECOND_NS)).isGreaterThan(0.85);
        assertThat(flow.sender.rtt().smoothedNs()).isLessThan(45 * MILLISECOND_NS);
    }

    @Test
    void lossThatBeginsInMidFlowCostsAFewRoundTripsOnly() {
        Simulation simulation = new Simulation(Bottleneck.Path.of(50, 10, 0), SEED);
        Flow flow = simulation.add(Bbr.supplier());
        simulation.runUntil(4 * SECOND_NS);

        simulation.bottleneck.becomes(Bottleneck.Path.of(50, 10, 0.10));
        simulation.runUntil(5 * SECOND_NS);
        long before = flow.deliveredBytes;
        simulation.runUntil(9 * SECOND_NS);

        assertThat(simulation.utilisation(flow, before, 5 * SECOND_NS)).isGreaterThan(0.92);
    }

    @Test
    void anIdleApplicationFindsItsRateAgain() {
        Simulation simulation = new Simulation(Bottleneck.Path.of(50, 10, 0), SEED);
        Flow flow = simulation.add(Bbr.supplier()).limitedTo(20_000);
        simulation.runUntilDone(flow, 20 * SECOND_NS);
        long rate = flow.sender.congestion().modelBytesPerSecond();

        simulation.runUntil(simulation.nowNs() + 30 * SECOND_NS);
        flow.limitedTo(10_000);
        long startNs = simulation.nowNs();
        long doneNs = simulation.runUntilDone(flow, startNs + 20 * SECOND_NS);

        assertThat(rate).isBetween(6_000_000L, 6_500_000L);
        double seconds = (doneNs - startNs) / 1e9;
        assertThat(10_000L * Flow.DATAGRAM_BYTES / seconds).isGreaterThan(0.88 * 6_250_000);
    }

    @Test
    void aMarkOnTheFirstFewBytesDoesNotEndStartUp() {
        Bbr bbr = newBbr();

        marked(bbr, sample(29, 300, false));

        assertThat(bbr.phase()).isEqualTo(BbrPhase.STARTUP);
        assertThat(bbr.pacingBytesPerSecond()).isGreaterThan(Bbr.WINDOW_BYTES_AT_FIRST * SECOND_NS / ROUND_TRIP_NS);
    }

    @Test
    void aMarkDoesNotEndStartUpWhileTheApplicationLimitsTheRate() {
        Bbr bbr = newBbr();

        marked(bbr, sample(10 * Bbr.WINDOW_BYTES_AT_FIRST, 300, true));

        assertThat(bbr.phase()).isEqualTo(BbrPhase.STARTUP);
    }

    @Test
    void aMarkEndsStartUpWhenThePathHadEnoughToCarry() {
        Bbr bbr = newBbr();

        marked(bbr, sample(Bbr.WINDOW_BYTES_AT_FIRST, 147_200, false));

        assertThat(bbr.phase()).isNotEqualTo(BbrPhase.STARTUP);
        assertThat(bbr.pacingBytesPerSecond()).isBetween(50_000L, 200_000L);
    }

    /** Otherwise a sender with a model that is far too low sends nothing by which it could find that out. */
    @Test
    void pacesADatagramInARoundTripHoweverLowTheModelIs() {
        Bbr bbr = newBbr();

        marked(bbr, sample(Bbr.WINDOW_BYTES_AT_FIRST, 26, false));

        assertThat(bbr.phase()).isNotEqualTo(BbrPhase.STARTUP);
        assertThat(bbr.modelBytesPerSecond()).isEqualTo(26);
        assertThat(bbr.pacingBytesPerSecond()).isEqualTo(Flow.DATAGRAM_BYTES * SECOND_NS / ROUND_TRIP_NS);
    }

    private static Bbr newBbr() {
        RttEstimator rtt = new RttEstimator();
        rtt.onSample(ROUND_TRIP_NS, 0);
        return new Bbr(Flow.DATAGRAM_BYTES, rtt, new SplittableRandom(SEED));
    }

    /** Nothing but what this acknowledges was ever sent, and one packet of it bore a mark. */
    private static void marked(Bbr bbr, DeliverySample sample) {
        bbr.onCongestionMarked(2 * ROUND_TRIP_NS, 1, sample);
        bbr.onAck(2 * ROUND_TRIP_NS, sample);
    }

    private static DeliverySample sample(long bytes, long bytesPerSecond, boolean isApplicationLimited) {
        DeliverySample sample = new DeliverySample();
        sample.ackedBytes = bytes;
        sample.deliveredBytes = bytes;
        sample.deliveredSinceSendBytes = bytes;
        sample.bytesPerSecond = bytesPerSecond;
        sample.rttNs = ROUND_TRIP_NS;
        sample.priorInFlightBytes = bytes;
        sample.inFlightBytesAtSend = bytes;
        sample.newestSentNs = ROUND_TRIP_NS;
        sample.isApplicationLimited = isApplicationLimited;
        return sample;
    }

    private static List<BbrPhase> courseUntil(Simulation simulation, Flow flow, long untilNs) {
        List<BbrPhase> course = new ArrayList<>();
        while (simulation.nowNs() < untilNs) {
            simulation.runUntil(simulation.nowNs() + 100_000);
            BbrPhase phase = ((Bbr) flow.sender.congestion()).phase();
            if (course.isEmpty() || course.getLast() != phase) {
                course.add(phase);
            }
        }
        return course;
    }
}
