package io.packetfs.ackwindow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each congestion policy makes of a path of known rate, in virtual time. */
class UtilisationTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long SEED = 42;

    @ParameterizedTest(name = "round trip {0} ms, loss {1}")
    @CsvSource({
        "10, 0", "10, 0.01", "10, 0.05", "10, 0.10",
        "40, 0", "40, 0.01", "40, 0.05", "40, 0.10",
        "100, 0", "100, 0.01", "100, 0.05", "100, 0.10"
    })
    void bbrFillsAPathWhateverItLoses(long roundTripMs, double loss) {
        Bottleneck.Path path = Bottleneck.Path.of(100, roundTripMs / 2, loss);
        Simulation simulation = new Simulation(path, SEED);
        Flow flow = simulation.add(Bbr.supplier());

        simulation.runUntil(15 * SECOND_NS);

        assertThat(simulation.utilisation(flow, 0, 0)).isGreaterThan(0.92);
    }

    @ParameterizedTest(name = "round trip {0} ms, loss {1}")
    @CsvSource({"10, 0", "10, 0.05", "40, 0.01", "40, 0.10", "100, 0.10"})
    void bbrFillsAPathWithAShallowQueue(long roundTripMs, double loss) {
        Bottleneck.Path deep = Bottleneck.Path.of(100, roundTripMs / 2, loss);
        Bottleneck.Path path = deep.queueBytes(deep.bytesPerSecond() * roundTripMs / 1_000 / 4);
        Simulation simulation = new Simulation(path, SEED);
        Flow flow = simulation.add(Bbr.supplier());

        simulation.runUntil(15 * SECOND_NS);

        assertThat(simulation.utilisation(flow, 0, 0)).isGreaterThan(0.88);
    }

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
