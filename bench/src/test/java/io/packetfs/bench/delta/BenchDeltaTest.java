package io.packetfs.bench.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.cli.JsonFile;
import io.packetfs.cli.PfsUdp;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole command with a small file: that its report has its form, and that edits cost less than everything. */
class BenchDeltaTest {
    private static final long TIMEOUT_S = 300;

    @TempDir
    private Path folder;

    @Test
    void everyEditIsMeasured() throws Exception {
        Path json = folder.resolve("report.json");
        Path said = folder.resolve("said");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PfsUdp.class.getName(),
                        "bench",
                        "delta",
                        "--mib",
                        "8",
                        "--edits",
                        "full,changed",
                        "--only",
                        "pfs_udp",
                        "--json",
                        json.toString())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();

        assertThat(process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)).isTrue();

        assertThat(process.exitValue()).as(Files.readString(said)).isZero();
        Map<String, Object> report = JsonFile.parse(Files.readString(json));
        assertThat(report).containsEntry("schema", "pfs-udp.bench-delta/1");
        List<?> results = (List<?>) report.get("results");
        assertThat(results).hasSize(2);
        assertThat(share(results.get(0))).isGreaterThan(1.0);
        assertThat(share(results.get(1))).isBetween(0.01, 0.5);
    }

    private static double share(Object result) {
        return ((Number) ((Map<?, ?>) result).get("wire_share")).doubleValue();
    }
}
