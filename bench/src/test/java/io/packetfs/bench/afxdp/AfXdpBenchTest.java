package io.packetfs.bench.afxdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packetfs.afxdp.AfXdp;
import io.packetfs.cli.JsonFile;
import io.packetfs.linux.ProcessCapability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The whole command, for moments: that everybody takes part and the report has its form. How fast they are is nobody's concern here. */
@Timeout(120)
class AfXdpBenchTest {
    @TempDir
    private Path folder;

    @Test
    void everyContenderMovesDatagrams() throws IOException {
        List<?> results = measure("--seconds", "0.3", "--warm-up", "0.04", "--no-latency");

        assertThat(results).hasSameSizeAs(Contender.ALL);
        for (int i = 0; i < results.size(); i++) {
            Map<?, ?> result = (Map<?, ?>) results.get(i);
            assertThat(result.get("name")).isEqualTo(Contender.ALL.get(i).name());
            Map<?, ?> payload = (Map<?, ?>) ((List<?>) result.get("payloads")).getFirst();
            for (String figure : List.of("gbps", "packets_per_s", "cpu_s_per_gib")) {
                assertThat(((Number) payload.get(figure)).doubleValue())
                        .as(result.get("name") + " " + figure)
                        .isPositive();
            }
        }
    }

    @Test
    void answersAreTimedByEchoAndByReplay() throws IOException {
        List<?> results = measure("--only", Contender.RINGS, "--seconds", "0.5", "--warm-up", "0.1");

        Map<?, ?> latency = (Map<?, ?>) ((Map<?, ?>) results.getFirst()).get("latency");
        assertThat(latency.keySet().stream().map(Object::toString)).containsExactly("echo", "replay");
        for (Object mode : latency.values()) {
            assertThat(((Number) ((Map<?, ?>) mode).get("answers")).longValue()).isPositive();
            assertThat(((Number) ((Map<?, ?>) mode).get("p50_us")).doubleValue())
                    .isPositive();
        }
        assertThat(Files.readString(folder.resolve("report.html"))).contains("<svg", Contender.RINGS, "Echo latency");
    }

    /** One round with 1400 bytes; returns the results of the report. */
    private List<?> measure(String... options) throws IOException {
        assumeTrue(AfXdp.isAvailable(), AfXdp.unavailabilityCause());
        assumeTrue(
                ProcessCapability.effective().contains(ProcessCapability.CAP_SYS_ADMIN),
                "network namespaces take CAP_SYS_ADMIN");
        Path json = folder.resolve("report.json");
        List<String> arguments = new ArrayList<>(List.of("--rounds", "1", "--payload", "1400", "-q"));
        arguments.addAll(List.of(
                "--json",
                json.toString(),
                "--html",
                folder.resolve("report.html").toString()));
        arguments.addAll(List.of(options));

        int exitCode = run(arguments.toArray(String[]::new));

        Map<String, Object> report = JsonFile.parse(Files.readString(json));
        assertThat(exitCode).as(report.toString()).isZero();
        assertThat(report).containsEntry("schema", "pfs-udp.bench-afxdp/1");
        return (List<?>) report.get("results");
    }

    @Test
    void refusesWhatTheLinkDoesNotCarryAndNamesItDoesNotKnow() {
        assertThat(run("--payload", "1473")).isEqualTo(2);
        assertThat(run("--mtu", "9001")).isEqualTo(2);
        assertThat(run("--only", "nobody")).isEqualTo(2);
    }

    private static int run(String... arguments) {
        CommandLine commandLine = new CommandLine(new AfXdpBenchCommand()).setCaseInsensitiveEnumValuesAllowed(true);
        return commandLine.execute(arguments);
    }
}
