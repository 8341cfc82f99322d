package io.packetfs.bench.afxdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packetfs.afxdp.AfXdp;
import io.packetfs.cli.JsonFile;
import io.packetfs.linux.ProcessCapability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    void everyContenderMovesDatagramsAndAnswers() throws IOException {
        assumeTrue(AfXdp.isAvailable(), AfXdp.unavailabilityCause());
        assumeTrue(
                ProcessCapability.effective().contains(ProcessCapability.CAP_SYS_ADMIN),
                "network namespaces take CAP_SYS_ADMIN");
        Path json = folder.resolve("report.json");
        Path html = folder.resolve("report.html");

        int exitCode = run(
                "--rounds",
                "1",
                "--seconds",
                "0.05",
                "--warm-up",
                "0.02",
                "--payload",
                "1400",
                "--json",
                json.toString(),
                "--html",
                html.toString(),
                "-q");

        Map<String, Object> report = JsonFile.parse(Files.readString(json));
        assertThat(exitCode).as(report.toString()).isZero();
        List<?> results = (List<?>) report.get("results");
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
            Map<?, ?> latency = (Map<?, ?>) result.get("latency");
            if (!result.get("name").equals(Contender.BARE)) {
                assertThat(latency.keySet().stream().map(Object::toString)).containsExactly("echo", "replay");
                latency.values()
                        .forEach(mode -> assertThat(((Number) ((Map<?, ?>) mode).get("p50_us")).doubleValue())
                                .isPositive());
            }
        }
        assertThat((Map<?, ?>) report.get("ratios")).hasSize(2);
        assertThat(Files.readString(html)).contains("<svg", "gso-afxdp", "Echo latency");
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
