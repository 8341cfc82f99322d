package io.packetfs.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Complete transfers over random paths, in virtual time. {@code -Dpfs.seed=N} starts elsewhere, {@code -Dpfs.seeds=N} runs more or
 * fewer; a failure names the seed that replays it.
 */
class RandomScenariosTest {
    private static final long FIRST_SEED = Long.getLong("pfs.seed", 1);
    private static final int SEEDS = Integer.getInteger("pfs.seeds", 2_000);

    @Test
    void everyTransferArrivesWholeOverEveryPath() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            try {
                Scenario scenario = new Scenario(seed);
                scenario.run();
                scenario.close();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "seed " + seed + " fails; replay it with -Dtest=RandomScenariosTest -Dpfs.seeds=1 -Dpfs.seed="
                                + seed + "\n" + e.getMessage(),
                        e);
            }
        }
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        for (long seed = 1; seed <= 20; seed++) {
            assertThat(hashOf(seed)).as("packet log of seed %d", seed).isEqualTo(hashOf(seed));
        }
    }

    private static long hashOf(long seed) {
        Scenario scenario = new Scenario(seed);
        scenario.run();
        return scenario.pair.network.packetLogHash();
    }
}
