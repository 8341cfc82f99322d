package io.packetfs.ackwindow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sender and receiver together on paths that reorder, go dark, lose the end, or are shared. Virtual time. */
class PathTrialsTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long MILLISECOND_NS = 1_000_000L;
    private static final long SEED = 7;

    @ParameterizedTest(name = "{0} of packets late by up to {1} ms")
    @CsvSource({"0.05, 5", "0.25, 8", "0.25, 15"})
    void deepReorderingIsLearnedAndCostsLittle(double lateness, long latenessMs) {
        Simulation simulation = on(Bottleneck.Path.of(50, 10, 0).lateness(lateness, latenessMs * MILLISECOND_NS));
        Flow flow = simulation.add(Bbr.supplier());
        simulation.runUntil(SECOND_NS);
        long spuriousWhileLearning = flow.spurious;

        simulation.runUntil(6 * SECOND_NS);

        long sent = flow.sender.counters().packetsSent();
        assertThat(flow.spurious - spuriousWhileLearning).isLessThan(sent / 500);
        assertThat(flow.usefulBytes()).isGreaterThan((long) (0.90 * 6 * 50 * 125_000));
        assertThat(flow.receiver.tooOld()).isZero();
    }

    @Test
    void reorderingFarBeyondTheRoundTripIsLearnedToo() {
        Simulation simulation = on(Bottleneck.Path.of(50, 1, 0).lateness(0.25, 20 * MILLISECOND_NS));
        Flow flow = simulation.add(Bbr.supplier());
        simulation.runUntil(SECOND_NS);
        long spuriousWhileLearning = flow.spurious;

        simulation.runUntil(6 * SECOND_NS);

        assertThat(flow.spurious - spuriousWhileLearning)
                .isLessThan(flow.sender.counters().packetsSent() / 200);
        assertThat(flow.usefulBytes()).isGreaterThan((long) (0.90 * 6 * 50 * 125_000));
    }

    @Test
    void aPathThatNeverReordersFindsItsLossesInARoundTripAndAQuarter() {
        Simulation simulation = on(Bottleneck.Path.of(50, 10, 0.01));
        Flow flow = simulation.add(Bbr.supplier());

        simulation.runUntil(5 * SECOND_NS);

        assertThat(flow.spurious).isZero();
        assertThat(flow.sender.reorderingWindowNs()).isLessThan(6 * MILLISECOND_NS);
        assertThat(flow.sender.counters().probeTimeouts()).isZero();
    }

    @ParameterizedTest(name = "of 40 packets those from {0} on are lost once")
    @ValueSource(longs = {39, 38, 30})
    void aLostEndIsFoundAfterOneProbeTimeout(long firstLost) {
        Simulation simulation = on(Bottleneck.Path.of(50, 10, 0));
        Flow flow = simulation.add(Bbr.supplier()).limitedTo(40);
        simulation.bottleneck.drop(number -> number >= firstLost && number < 40);

        long doneNs = simulation.runUntilDone(flow, 10 * SECOND_NS);

        // Start-up sends 40 packets in three round trips; then one probe timeout, the probe's round trip, and one for
        // the repair.
        assertThat(doneNs).isLessThan(160 * MILLISECOND_NS);
        assertThat(flow.receiver.packets()).isGreaterThanOrEqualTo(40);
    }

    @Test
    void aLostLastAckIsAskedForAgain() {
        Simulation simulation = on(Bottleneck.Path.of(50, 10, 0));
        Flow flow = simulation.add(Bbr.supplier()).limitedTo(4);
        flow.dropAnswers(2);

        long doneNs = simulation.runUntilDone(flow, 10 * SECOND_NS);

        assertThat(doneNs).isLessThan(150 * MILLISECOND_NS);
        assertThat(flow.lost).isZero();
        assertThat(flow.sender.counters().probeTimeouts()).isOne();
    }

    @Test
    void allOfManyGapsAreFoundInOneRoundTrip() {
        Simulation simulation = on(Bottleneck.Path.of(200, 10, 0));
        Flow flow = simulation.add(FixedRate.of(10_000_000));
        simulation.runUntil(SECOND_NS);
        long from = flow.sender.nextPacketNumber();
        simulation.bottleneck.drop(number -> number >= from && number < from + 200 && number % 2 == 0);

        // 200 packets take 30 ms to send; the last of them is acknowledged 20 ms later, and 5 ms after that it would be
        // lost.
        simulation.runUntil(SECOND_NS + 62 * MILLISECOND_NS);

        assertThat(flow.lost).isEqualTo(100);
        assertThat(flow.spurious).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bbr", "cubic"})
    void aPathThatWasDarkIsFullSoonAfter(String policy) {
        Simulation simulation = on(Bottleneck.Path.of(50, 10, 0));
        Flow flow = simulation.add(policy(policy));
        simulation.bottleneck.dark(3 * SECOND_NS, 5 * SECOND_NS);
        simulation.runUntil(5 * SECOND_NS);
        long packetsInTheDark = flow.sender.counters().packetsSent();
        // The next probe goes at most two seconds after the light is back.
        simulation.runUntil(7 * SECOND_NS);
        long before = flow.deliveredBytes;

        simulation.runUntil(9 * SECOND_NS);

        assertThat(simulation.utilisation(flow, before, 7 * SECOND_NS)).isGreaterThan(0.90);
        assertThat(flow.sender.counters().persistentCongestions()).isOne();
        assertThat(packetsInTheDark).isPositive();
    }

    @Test
    void halfOfAllPacketsLostForTwentySecondsStillGoesOn() {
        Simulation simulation = on(Bottleneck.Path.of(20, 10, 0.5));
        Flow flow = simulation.add(Bbr.supplier());

        simulation.runUntil(20 * SECOND_NS);

        assertThat(simulation.utilisation(flow, 0, 0)).isGreaterThan(0.5);
    }

    @Test
    void aGigabitOverTwoHundredMillisecondsIsNotCappedByAnything() {
        Simulation simulation = on(Bottleneck.Path.of(1_000, 100, 0));
        Flow flow = simulation.add(Bbr.supplier());
        simulation.runUntil(4 * SECOND_NS);
        long before = flow.deliveredBytes;

        simulation.runUntil(6 * SECOND_NS);

        assertThat(simulation.utilisation(flow, before, 4 * SECOND_NS)).isGreaterThan(0.97);
        assertThat(flow.sender.bytesInFlight()).isGreaterThan(20_000_000);
    }

    @Test
    void startUpOnAShortFastPathTakesMilliseconds() {
        // 2 GB/s, 100 us there and back: what loopback is like.
        Simulation simulation = on(new Bottleneck.Path(2_000_000_000L, 50_000, 4 << 20, 0, 0, 0));
        Flow flow = simulation.add(Bbr.supplier());
        flow.ackFrequency(16, 200_000);
        simulation.runUntil(20 * MILLISECOND_NS);
        long before = flow.deliveredBytes;

        simulation.runUntil(120 * MILLISECOND_NS);

        assertThat(simulation.utilisation(flow, before, 20 * MILLISECOND_NS)).isGreaterThan(0.95);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bbr", "cubic"})
    void aClockThatWrapsChangesNothing(String policy) {
        Bottleneck.Path path = Bottleneck.Path.of(50, 10, 0.02).lateness(0.02, 8 * MILLISECOND_NS);
        Simulation plain = on(path);
        Flow expected = plain.add(policy(policy));
        plain.runUntil(4 * SECOND_NS);

        Simulation wrapping = on(path);
        Flow actual = wrapping.add(policy(policy), new Flow.Origin(Long.MAX_VALUE - 2 * SECOND_NS, 0));
        wrapping.runUntil(4 * SECOND_NS);

        assertThat(actual.deliveredBytes).isEqualTo(expected.deliveredBytes);
        assertThat(actual.lost).isEqualTo(expected.lost);
        assertThat(actual.spurious).isEqualTo(expected.spurious);
        assertThat(actual.sender.congestion().windowBytes())
                .isEqualTo(expected.sender.congestion().windowBytes());
    }

    @Test
    void packetNumbersNearTheirEndAreLikeAnyOthers() {
        Simulation simulation = on(Bottleneck.Path.of(50, 10, 0.02));
        Flow flow = simulation.add(Bbr.supplier(), new Flow.Origin(0, (1L << 62) - 100_000));

        simulation.runUntil(4 * SECOND_NS);

        assertThat(simulation.utilisation(flow, 0, 0)).isGreaterThan(0.9);
        assertThat(flow.spurious).isZero();
    }

    @ParameterizedTest(name = "queue of {0} round trips")
    @ValueSource(doubles = {0.2, 1.0})
    void twoFlowsShareALink(double queueRoundTrips) {
        Simulation simulation = on(withQueue(Bottleneck.Path.of(50, 10, 0), queueRoundTrips));
        Flow one = simulation.add(Bbr.supplier());
        Flow other = simulation.add(Bbr.supplier());

        simulation.runUntil(30 * SECOND_NS);

        double share = (double) one.deliveredBytes / (one.deliveredBytes + other.deliveredBytes);
        assertThat(share).isBetween(0.33, 0.67);
        assertThat(one.deliveredBytes + other.deliveredBytes).isGreaterThan((long) (0.9 * 30 * 50 * 125_000));
    }

    @Test
    void aFlowLeavesCubicItsShare() {
        Simulation simulation = on(withQueue(Bottleneck.Path.of(50, 10, 0), 1));
        Flow bbr = simulation.add(Bbr.supplier());
        Flow cubic = simulation.add(Cubic.supplier());

        simulation.runUntil(30 * SECOND_NS);

        double share = (double) cubic.deliveredBytes / (bbr.deliveredBytes + cubic.deliveredBytes);
        assertThat(share).isBetween(0.25, 0.75);
    }

    @Test
    void flowsInAQueueOfAFewPacketsDoNotDriveEachOtherIntoLoss() {
        Simulation simulation = on(withQueue(Bottleneck.Path.of(50, 10, 0), 0.1));
        for (int i = 0; i < 4; i++) {
            simulation.add(Bbr.supplier());
        }

        simulation.runUntil(30 * SECOND_NS);

        long delivered =
                simulation.flows.stream().mapToLong(flow -> flow.deliveredBytes).sum();
        double lost = (double) simulation.bottleneck.overflows * Flow.DATAGRAM_BYTES;
        assertThat(lost / (lost + delivered)).isLessThan(0.15);
        assertThat(delivered).isGreaterThan((long) (0.85 * 30 * 50 * 125_000));
    }

    private static Simulation on(Bottleneck.Path path) {
        return new Simulation(path, SEED);
    }

    private static Bottleneck.Path withQueue(Bottleneck.Path path, double roundTrips) {
        return path.queueBytes((long) (roundTrips * Rates.bytes(path.bytesPerSecond(), 2 * path.delayNs())));
    }

    private static CongestionControllerSupplier policy(String name) {
        return name.equals("bbr") ? Bbr.supplier() : Cubic.supplier();
    }
}
