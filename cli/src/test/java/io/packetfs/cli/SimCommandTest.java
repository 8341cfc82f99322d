package io.packetfs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SimCommandTest {
    @TempDir
    private Path folder;

    private Programs programs;

    @BeforeEach
    void makePrograms() {
        programs = new Programs(folder);
    }

    @AfterEach
    void endPrograms() {
        programs.close();
    }

    @Test
    void aScenarioOfFlagsTellsWhatHappenedAndWritesItsLogs() throws Exception {
        Path log = folder.resolve("packets.log");
        Path qlog = folder.resolve("qlog");

        Programs.Program run = programs.start(
                "sim",
                "--bytes=300k",
                "--delay=20",
                "--loss=0.05",
                "--seed=9",
                "--packet-log=" + log,
                "--qlog=" + qlog);

        assertThat(run.exitCode()).isZero();
        String sha256 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(log)));
        assertThat(Files.readString(run.out())).isEqualTo("packet log sha256 " + sha256 + "\n");
        assertThat(run.errText())
                .contains("client 1 is connected", "everything is acknowledged", "LOST=", "nothing is left");
        assertThat(run.summary())
                .containsEntry("schema", "pfs-udp.sim/1")
                .containsEntry("seed", 9)
                .containsEntry("bytes", 300 << 10)
                .containsEntry("packet_log_sha256", sha256)
                .containsEntry("failure", null);
        try (Stream<Path> files = Files.list(qlog)) {
            assertThat(files.map(path -> path.getFileName().toString().replaceAll("[0-9a-f]{8}", "")))
                    .containsExactlyInAnyOrder("client-.sqlog", "server-.sqlog");
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).noneMatch(path -> path.toString().endsWith(".part"));
        }
    }

    @Test
    void aDrawnScenarioRunsTheSameFromTheFileThatItIsWrittenTo() throws Exception {
        Path file = folder.resolve("scenario.json");

        Programs.Program drawn = programs.start("sim", "--seed=16", "--write-scenario=" + file);
        assertThat(drawn.exitCode()).isZero();
        Programs.Program read = programs.start("sim", "--scenario=" + file);
        assertThat(read.exitCode()).isZero();

        assertThat(Files.readString(read.out())).isEqualTo(Files.readString(drawn.out()));
    }

    @Test
    void aScenarioThatCannotSucceedFailsWithWhatWasWrong() throws Exception {
        Path file = Files.writeString(
                folder.resolve("dark.json"), "{\"connections\": [{\"grams\": [{}]}], \"down\": {\"loss\": 1}}");

        Programs.Program run = programs.start("sim", "--scenario=" + file);

        assertThat(run.exitCode()).isEqualTo(ExitCode.INTERNAL.number());
        assertThat(run.errorMessage()).startsWith("seed 1 fails: client 1: closed: CONNECT_TIMEOUT");
        assertThat(run.summary().get("failure")).asString().contains("CONNECT_TIMEOUT");
    }

    @Test
    void aSwarmPlaysAsManySeedsAsItIsTold() throws Exception {
        Programs.Program run = programs.start("sim", "--swarm", "--from=100", "--seeds=20", "--threads=2");

        assertThat(run.exitCode()).isZero();
        assertThat(run.errText()).contains("20 seeds clean");
        assertThat(run.summary())
                .containsEntry("mode", "swarm")
                .containsEntry("from", 100)
                .containsEntry("clean", 20)
                .containsEntry("failed_seed", null);
    }

    @Test
    void aSwarmWithoutAnEndRunsUntilItIsToldToStop() throws Exception {
        Programs.Program run = programs.start("sim", "--swarm");
        while (!run.errText().contains("seeds clean")) {
            Thread.sleep(50);
        }
        run.signal("INT");

        assertThat(run.exitCode()).isZero();
        assertThat(run.summary()).containsEntry("failure", null);
    }

    static Stream<List<String>> wrongUses() {
        return Stream.of(
                List.of("--swarm", "--seed=1"),
                List.of("--swarm", "--loss=0.1"),
                List.of("--swarm", "--seeds=0"),
                List.of("--swarm", "--threads=0"),
                List.of("--swarm", "--packet-log=x"),
                List.of("--scenario=x", "--delay=5"),
                List.of("--bytes=1G"),
                List.of("--loss=2"),
                List.of("--cc=reno"),
                List.of("--seed=many"));
    }

    @ParameterizedTest
    @MethodSource("wrongUses")
    void whatDoesNotGoTogetherIsAUsageError(List<String> arguments) {
        String[] all = Stream.concat(Stream.of("sim"), arguments.stream()).toArray(String[]::new);

        assertThat(PfsUdp.run(all)).isEqualTo(ExitCode.USAGE.number());
    }

    @Test
    void aFileThatIsNoScenarioIsAUsageErrorAndOneThatIsNotThereIsNot() throws IOException {
        Path wrong = Files.writeString(folder.resolve("wrong.json"), "{\"files\": [1], \"seeds\": 2}");

        assertThat(PfsUdp.run("sim", "--scenario=" + wrong)).isEqualTo(ExitCode.USAGE.number());
        assertThat(PfsUdp.run("sim", "--scenario=" + folder.resolve("none"))).isEqualTo(ExitCode.LOCAL_IO.number());
        assertThat(PfsUdp.run("sim", "--packet-log=" + folder.resolve("none/log")))
                .isEqualTo(ExitCode.LOCAL_IO.number());
    }
}
