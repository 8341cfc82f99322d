package io.packetfs.ackwindow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What each congestion policy makes of a path of known rate, in virtual time. */
class UtilisationTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long SEED = 42;

    @Test
    void cubicFillsAPathWithoutLoss() {
        Bottleneck.Path path = Bottleneck.Path.of(100, 10, 0);
        Simulation simulation = new Simulation(path, SEED);
        Flow flow = simulation.add(Cubic.supplier());

        simulation.runUntil(10 * SECOND_NS);

        assertThat(simulation.utilisation(flow, 0, 0)).isGreaterThan(0.97);
    }

    @Test
    void fixedRateKeepsItsRateUnderLoss() {
        Bottleneck.Path path = Bottleneck.Path.of(100, 10, 0.10);
        Simulation simulation = new Simulation(path, SEED);
        Flow flow = simulation.add(FixedRate.of(11_000_000));

        simulation.runUntil(5 * SECOND_NS);

        assertThat(simulation.utilisation(flow, 0, 0)).isBetween(0.86, 0.89);
    }
}
