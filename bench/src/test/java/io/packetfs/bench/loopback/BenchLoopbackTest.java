package io.packetfs.bench.loopback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packetfs.bench.loopback.EndOptions.Kind;
import io.packetfs.cli.CommandException;
import io.packetfs.cli.JsonFile;
import io.packetfs.cli.PfsUdp;
import io.packetfs.cli.Signals;
import io.packetfs.linuxio.LinuxUdpPort;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole command, for moments: that everybody takes part and the report has its form. How fast they are is nobody's concern here. */
class BenchLoopbackTest {
    private static final long TIMEOUT_S = 300;
    private static final List<String> BRIEF =
            List.of("--rounds", "1", "--seconds", "0.3", "--warm-up", "0", "--gib", "0");

    @TempDir
    private Path folder;

    @Test
    void everyContenderIsMeasuredAndABudgetCanBeMadeOfIt() throws Exception {
        assumeTrue(LinuxUdpPort.isAvailable() && QuicSettings.unavailabilityCause() == null);
        List<String> names =
                List.of("pump", "pump-netty", "pfs-udp-insecure-linux", "pfs-udp-sealed-epoll", "aeron", "quic");
        Path json = folder.resolve("report.json");
        Path html = folder.resolve("report.html");
        List<String> arguments = new ArrayList<>(BRIEF);
        arguments.addAll(List.of("--only", String.join(",", names)));
        arguments.addAll(List.of("--json", json.toString(), "--html", html.toString()));

        Process process = start("bench loopback", arguments);

        assertThat(exitCode(process)).as(said()).isZero();
        Map<String, Object> report = JsonFile.parse(Files.readString(json));
        assertThat(report).containsEntry("schema", "pfs-udp.bench-loopback/2").containsEntry("exit_code", 0);
        assertThat((Map<?, ?>) report.get("host")).isNotEmpty();
        List<?> results = (List<?>) report.get("results");
        assertThat(results).hasSameSizeAs(names);
        for (int i = 0; i < names.size(); i++) {
            Map<?, ?> result = (Map<?, ?>) results.get(i);
            assertThat(result.get("name")).isEqualTo(names.get(i));
            for (String figure :
                    List.of("goodput_bytes_per_s", "cpu_s_per_gib", "packets_per_s", "receiver_rss_max_bytes")) {
                assertThat(median(result, figure))
                        .as(names.get(i) + " " + figure)
                        .isPositive();
            }
            assertThat((List<?>) result.get("rounds")).hasSize(1);
        }
        assertThat(Files.readString(html)).contains("<svg").contains(names);
        assertThat(exitCode(start("budget", List.of(json.toString())))).isZero();
    }

    @Test
    void aWindowThatIsAskedForIsKept() throws Exception {
        assumeTrue(LinuxUdpPort.isAvailable());
        Path json = folder.resolve("report.json");
        List<String> arguments = new ArrayList<>(BRIEF);
        arguments.addAll(List.of("--only", "pfs-udp-insecure-linux", "--windows", "1M", "--json", json.toString()));

        assertThat(exitCode(start("bench loopback", arguments))).as(said()).isZero();

        Map<?, ?> result =
                (Map<?, ?>) ((List<?>) JsonFile.parse(Files.readString(json)).get("results")).getFirst();
        assertThat(result.get("name")).isEqualTo("pfs-udp-insecure-linux-1M");
        // Probes and acknowledgements do not ask the window.
        assertThat(median(result, "in_flight_max_bytes")).isBetween(64 * 1_024.0, (1_024 + 64) * 1_024.0);
    }

    @Test
    void allProcessesEndWithTheCommand() throws Exception {
        Process process = start("bench loopback", List.of("--seconds", "60", "--only", "pump"));
        List<ProcessHandle> children = List.of();
        while (children.size() < 2 && process.isAlive()) {
            TimeUnit.MILLISECONDS.sleep(20);
            children = process.children().toList();
        }
        assertThat(children).as(said()).hasSize(2);

        process.destroyForcibly(); // nothing of its own can run any more

        for (ProcessHandle child : children) {
            child.onExit().get(TIMEOUT_S, TimeUnit.SECONDS);
        }
    }

    @Test
    void aSignalEndsItWithItsCode() throws Exception {
        Process process = start("bench loopback", List.of("--seconds", "60", "--only", "pump"));
        while (process.children().count() < 2 && process.isAlive()) {
            TimeUnit.MILLISECONDS.sleep(20);
        }

        process.destroy();

        assertThat(exitCode(process)).as(said()).isEqualTo(143);
    }

    @Test
    void aProcessThatDoesNotStartIsAFailureWithAReason() {
        EndPair pair =
                new EndPair("broken", "nothing", List.of("-XX:+NoSuchFlagAtAll"), EndOptions.of(Kind.PUMP), () -> null);

        assertThatThrownBy(() -> pair.measure(new LoopbackPlan(1, 0, 1, 0), Signals.install()))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("the receiver left with exit code 1")
                .hasMessageContaining("NoSuchFlagAtAll");
    }

    @Test
    void anUnknownNameIsWrongUse() throws Exception {
        assertThat(exitCode(start("bench loopback", List.of("--only", "pigeon"))))
                .isEqualTo(2);
        assertThat(said()).contains("pigeon").contains("pump-netty");
    }

    private Process start(String command, List<String> arguments) throws IOException {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(List.of("-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        line.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path")));
        line.add(PfsUdp.class.getName());
        line.addAll(Arrays.asList(command.split(" ", -1)));
        line.addAll(arguments);
        return new ProcessBuilder(line)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
    }

    private static int exitCode(Process process) throws InterruptedException {
        if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("still running after " + TIMEOUT_S + " s");
        }
        return process.exitValue();
    }

    private String said() throws IOException {
        return Files.exists(log()) ? Files.readString(log()) : "";
    }

    private Path log() {
        return folder.resolve("said");
    }

    private static double median(Map<?, ?> result, String figure) {
        return result.get(figure) instanceof Map<?, ?> spread && spread.get("median") instanceof Number median
                ? median.doubleValue()
                : Double.NaN;
    }
}
