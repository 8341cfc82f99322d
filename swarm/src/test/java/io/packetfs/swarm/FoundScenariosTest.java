package io.packetfs.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What swarms have found, cut down to the least that shows it. */
class FoundScenariosTest {
    /** Of so many seeds several showed it. */
    private static final int SEEDS = 150;

    /** The receiver sent its result to the old address until it gave up and left. */
    @Test
    void aSenderWhoseAddressChangesWhileItWaitsForTheResultHearsIt() {
        play("""
                {"files": [1],
                 "up": {"delay_ms": 20},
                 "down": {"delay_ms": 20, "loss": 0.5},
                 "address_changes": [{"side": "client", "at_ms": 500, "new_host": true}]}""");
    }

    /** The receiver left ten seconds after its result, though it heard the sender all the time. */
    @Test
    void aReceiverStaysAsLongAsItHearsASenderThatHasNoResultYet() {
        play("""
                {"files": [1],
                 "up": {"delay_ms": 5, "loss": 0.5},
                 "down": {"delay_ms": 5, "loss": 0.6},
                 "address_changes": [{"side": "client", "at_ms": 300, "new_host": true},
                                     {"side": "client", "at_ms": 3000, "new_host": true},
                                     {"side": "client", "at_ms": 6000, "new_host": true}]}""");
    }

    /** The first packet, of a few bytes, bore a mark, and what followed was paced as if the path carried no more than that in a round trip. */
    @Test
    void aConnectionWhoseFirstPacketIsMarkedAsCongestedDoesNotCrawlEverAfter() {
        play("""
                {"up": {"delay_ms": 100, "mtu": 1228, "ecn": {"ce": 1.0}},
                 "down": {"delay_ms": 100, "mtu": 1228},
                 "address_changes": [{"side": "server", "at_ms": 5000}],
                 "stall_ms_max": 5000,
                 "connections": [{"grams": [{"kind": "staged", "lane": 1, "count": 20, "bytes": 1000, "at_ms": 6000}]}]}""");
    }

    private static void play(String scenario) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Outcome outcome = Simulation.play(ScenarioFile.parse(scenario, seed), Observers.NONE);

            assertThat(outcome.failure())
                    .as("seed %d: %s", seed, outcome.events())
                    .isNull();
        }
    }
}
