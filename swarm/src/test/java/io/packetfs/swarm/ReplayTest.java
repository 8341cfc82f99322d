package io.packetfs.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.protocol.trace.Trace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A seed says everything about a run. */
class ReplayTest {
    private static final int SEEDS = 200;

    @Test
    void theSameSeedGivesTheSameRun() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            assertThat(play(seed)).as("seed %d", seed).isEqualTo(play(seed));
        }
    }

    @Test
    void theSameSeedGivesTheSameRunInAnotherJvm() throws IOException, InterruptedException {
        List<String> here = hashes();

        // Another collector, another compiler, another order of identity hashes.
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UnlockExperimentalVMOptions",
                        "-XX:hashCode=2",
                        "-Duser.language=tr",
                        "-Duser.timezone=Asia/Kathmandu",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ReplayTest.class.getName())
                .redirectErrorStream(true)
                .start();
        String there = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(other.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(there.lines().filter(line -> line.startsWith("seed "))).isEqualTo(here);
    }

    @Test
    void differentSeedsGiveDifferentRuns() {
        assertThat(hashes()).doesNotHaveDuplicates();
    }

    @Test
    void thePacketLogAndItsHashSayTheSame() {
        StringBuilder first = new StringBuilder();
        StringBuilder second = new StringBuilder();
        Scenario scenario = ScenarioDraw.of(7);

        Outcome logged = Simulation.play(scenario, observers(first));
        Outcome again = Simulation.play(scenario, observers(second));

        assertThat(first).hasToString(second.toString()).isNotEmpty();
        assertThat(again).isEqualTo(logged).isEqualTo(play(7));
    }

    @Test
    void aRunThatIsToldToStopEnds() {
        Outcome outcome =
                Simulation.play(ScenarioDraw.of(1), new Observers(null, (id, isInitiator) -> Trace.NONE, () -> true));

        assertThat(outcome.failure()).contains("told to stop");
    }

    /** For the other JVM. */
    public static void main(String[] arguments) {
        hashes().forEach(System.out::println);
    }

    private static Observers observers(StringBuilder text) {
        return new Observers(text, (connectionId, isInitiator) -> Trace.NONE, () -> false);
    }

    private static List<String> hashes() {
        List<String> lines = new ArrayList<>();
        for (long seed = 1; seed <= SEEDS; seed++) {
            lines.add("seed " + seed + " " + Long.toHexString(play(seed).packetLogHash()));
        }
        return lines;
    }

    private static Outcome play(long seed) {
        return Simulation.play(ScenarioDraw.of(seed), Observers.NONE);
    }
}
