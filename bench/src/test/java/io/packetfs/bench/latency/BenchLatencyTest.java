package io.packetfs.bench.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packetfs.cli.JsonFile;
import io.packetfs.cli.PfsUdp;
import io.packetfs.linux.KernelProbe.Capability;
import io.packetfs.sim.NamespacePair;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole command, for a moment: that every record arrives and the report has its form. How long they take is nobody's concern here. */
class BenchLatencyTest {
    private static final long TIMEOUT_S = 300;

    @TempDir
    private Path folder;

    @Test
    void everyRecordOfEveryContenderArrivesAndIsCounted() throws Exception {
        Capability capability = NamespacePair.capability();
        assumeTrue(capability.available(), capability.cause());
        Path json = folder.resolve("report.json");
        Path html = folder.resolve("report.html");

        int exitCode = run(
                "--losses",
                "0.05",
                "--seconds",
                "1",
                "--warm-up",
                "1",
                "--records",
                "200",
                "--delay",
                "5",
                "--json",
                json.toString(),
                "--html",
                html.toString());

        assertThat(exitCode).as(said()).isZero();
        Map<String, Object> report = JsonFile.parse(Files.readString(json));
        assertThat(report).containsEntry("schema", "pfs-udp.bench-latency/1");
        List<?> results = (List<?>) report.get("results");
        assertThat(results).hasSize(LatencyContender.values().length);
        for (Object result : results) {
            Map<?, ?> fields = (Map<?, ?>) result;
            assertThat(fields.get("records")).as(said()).isEqualTo(200);
            Map<?, ?> latency = (Map<?, ?>) fields.get("latency_ms");
            // Nothing is faster than the wire, and whatever is there was lost at times.
            assertThat(((Number) latency.get("p50")).doubleValue()).isGreaterThanOrEqualTo(5);
            assertThat(((Number) latency.get("max")).doubleValue())
                    .isGreaterThan(((Number) latency.get("p50")).doubleValue());
        }
        assertThat(Files.readString(html)).contains("<polyline").contains("pfs-udp-ordered");
    }

    @Test
    void anUnknownNameIsWrongUse() throws Exception {
        assertThat(run("--only", "pigeon")).isEqualTo(2);
        assertThat(said()).contains("pigeon");
    }

    @Test
    void figuresThatCannotBeAreWrongUse() throws Exception {
        assertThat(run("--bytes", "3")).isEqualTo(2);
        assertThat(run("--losses", "1.5")).isEqualTo(2);
    }

    private int run(String... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(List.of("-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        line.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path")));
        line.addAll(List.of(PfsUdp.class.getName(), "bench", "latency"));
        line.addAll(List.of(arguments));
        Process process = new ProcessBuilder(line)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said").toFile())
                .start();
        if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("it does not end: " + said());
        }
        return process.exitValue();
    }

    private String said() throws IOException {
        return Files.readString(folder.resolve("said"));
    }
}
