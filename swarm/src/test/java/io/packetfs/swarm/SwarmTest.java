package io.packetfs.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

/**
 * Complete runs over random paths, in virtual time. {@code -Dpfs.seed=N} starts elsewhere, {@code -Dpfs.seeds=N} runs more or fewer; a
 * failure names the seed, which {@code pfs-udp sim --seed N} replays.
 */
class SwarmTest {
    private static final long FIRST_SEED = Long.getLong("pfs.seed", 1);
    private static final int SEEDS = Integer.getInteger("pfs.seeds", 2_000);
    private static final int THREADS = 2;

    @Test
    void everyRunOfTheSwarmIsClean() throws InterruptedException {
        Swarm swarm = new Swarm(FIRST_SEED, SEEDS, () -> false);

        Outcome failed = swarm.run(THREADS, () -> {});

        assertThat(failed)
                .as(() -> "seed " + failed.seed() + " fails; replay it with pfs-udp sim --seed " + failed.seed() + "\n"
                        + failed.failure())
                .isNull();
        assertThat(swarm.tally().clean()).isEqualTo(SEEDS);
        assertThat(swarm.tally().units()).isGreaterThan(SEEDS);
    }

    @Test
    void theFailureOfTheSmallestSeedIsReportedWhateverTheThreadsDid() throws InterruptedException {
        LongFunction<Outcome> player = seed -> {
            if (seed == 17) {
                sleepAWhile();
            }
            return outcome(seed, seed >= 17 ? "wrong" : null);
        };

        Outcome failed = new Swarm(player, 1, 1_000, () -> false).run(4, () -> {});

        assertThat(failed.seed()).isEqualTo(17);
    }

    @Test
    void aRunThatCannotBePlayedIsAFailure() throws InterruptedException {
        Swarm swarm = new Swarm(
                seed -> {
                    throw new IllegalStateException("no room");
                },
                5,
                10,
                () -> false);

        assertThat(swarm.run(1, () -> {}).failure()).contains("no room");
    }

    @Test
    void everySeedIsPlayedOnceAndNoOther() throws InterruptedException {
        Set<Long> played = ConcurrentHashMap.newKeySet();
        Swarm swarm = new Swarm(
                seed -> {
                    assertThat(played.add(seed)).isTrue();
                    return outcome(seed, null);
                },
                -3,
                500,
                () -> false);

        assertThat(swarm.run(4, () -> {})).isNull();
        assertThat(played).hasSize(500).contains(-3L, 496L);
        assertThat(swarm.tally().clean()).isEqualTo(500);
    }

    @Test
    void endsWhenItIsToldTo() throws InterruptedException {
        Set<Long> played = ConcurrentHashMap.newKeySet();
        Swarm swarm = new Swarm(
                seed -> {
                    played.add(seed);
                    return outcome(seed, null);
                },
                1,
                Long.MAX_VALUE,
                () -> played.size() >= 10);

        assertThat(swarm.run(2, () -> {})).isNull();
        assertThat(swarm.tally().clean()).isBetween(10L, 20L);
    }

    private static Outcome outcome(long seed, String failure) {
        return new Outcome(seed, failure, 0, 0, 0, 0, 0, List.of());
    }

    private static void sleepAWhile() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
