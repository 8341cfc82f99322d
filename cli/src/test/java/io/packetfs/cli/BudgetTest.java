package io.packetfs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetTest {
    private static final double GBPS = 1e9;
    private static final double GIB = 1L << 30;

    private static final String REPORT = """
            {
              "schema": "pfs-udp.bench-loopback/2",
              "host": {"cores": 2},
              "results": [
                {"name": "fast", "cpu_s_per_gib": {"median": 0.5, "min": 0.4, "max": 0.9}},
                {"name": "slow", "cpu_s_per_gib": {"median": 5.29, "min": 5, "max": 6}},
                {"name": "broken", "cpu_s_per_gib": null}
              ]
            }
            """;

    @TempDir
    private Path folder;

    @Test
    void coresAreTheRateTimesTheCost() {
        // The paper's baseline, by bytes and not by its mixture of MB and MiB: 125e6 * 5.29 / 2^30.
        Budget budget = new Budget(5.29, 0, 1e9);

        assertThat(budget.cores(1 * GBPS)).isEqualTo(0.6158, within(1e-4));
        assertThat(budget.cores(40 * GBPS)).isEqualTo(40 * budget.cores(1 * GBPS), within(1e-9));
    }

    @Test
    void aGibTakesAsLongAsTheSlowerOfWireAndCores() {
        Budget budget = new Budget(0.5, 0, 1e9);

        // 1.25e9 bytes per second: 0.859 s on the wire, 0.25 s on two cores.
        assertThat(budget.secondsPerGib(10 * GBPS, 2)).isEqualTo(GIB / 1.25e9, within(1e-9));
        assertThat(budget.isComputeBound(10 * GBPS, 2)).isFalse();
        // 0.086 s on the wire.
        assertThat(budget.secondsPerGib(100 * GBPS, 2)).isEqualTo(0.25, within(1e-9));
        assertThat(budget.isComputeBound(100 * GBPS, 2)).isTrue();
    }

    @Test
    void workOnEachByteComesOnTop() {
        // 2 operations per byte at 1e9 per second: 2.147 s for a GiB.
        Budget budget = new Budget(0.5, 2, 1e9);

        assertThat(budget.secondsPerGib(100 * GBPS, 1)).isEqualTo(0.5 + 2 * GIB / 1e9, within(1e-9));
        assertThat(budget.cores(8 * GBPS)).isEqualTo(1e9 / GIB * 0.5 + 2, within(1e-9));
    }

    @Test
    void refusesCostsThatCannotBe() {
        assertThatThrownBy(() -> new Budget(0, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Budget(Double.NaN, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Budget(1, -1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Budget(1, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aReportGivesABudgetForEveryContenderThatHasFigures() throws Exception {
        Path report = Files.writeString(folder.resolve("report.json"), REPORT);
        Path json = folder.resolve("budget.json");

        assertThat(PfsUdp.run("budget", "-q", "--json", json.toString(), report.toString()))
                .isZero();

        Map<String, Object> tree = JsonFile.parse(Files.readString(json));
        assertThat(tree)
                .containsEntry("schema", "pfs-udp.budget/1")
                .containsEntry("kind", "budget, not a measurement")
                .containsEntry("cores", 2);
        assertThat(names(tree)).containsExactly("fast", "slow");
        assertThat(bounds(tree, 0)).containsExactly("wire", "wire", "wire", "compute", "compute");
        assertThat(bounds(tree, 1)).containsExactly("wire", "compute", "compute", "compute", "compute");
    }

    @Test
    void coresThatAreAskedAboutReplaceThoseOfTheReport() throws Exception {
        Path report = Files.writeString(folder.resolve("report.json"), REPORT);
        Path json = folder.resolve("budget.json");

        assertThat(PfsUdp.run("budget", "-q", "--cores", "64", "--json", json.toString(), report.toString()))
                .isZero();

        assertThat(bounds(JsonFile.parse(Files.readString(json)), 0))
                .containsExactly("wire", "wire", "wire", "wire", "wire");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "not json                                                          | no JSON object",
                "[1]                                                               | no JSON object",
                "{}                                                                | no schema",
                "{\"schema\": \"pfs-udp.summary/1\"}                               | its schema is pfs-udp.summary/1",
                "{\"schema\": \"pfs-udp.bench-loopback/2\"}                        | host.cores",
                "{\"schema\": \"pfs-udp.bench-loopback/2\", \"host\": {\"cores\": 2}} | no results",
            })
    void aForeignFileIsNamedWithWhatItLacks(String text, String lack) throws Exception {
        assertThat(complaint(text)).contains("report.json", lack);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}                                                                  | results[0] has no name",
                "{\"name\": \"x\"}                                                   | results[0] (x) has no cpu_s_per_gib",
                "{\"name\": \"x\", \"cpu_s_per_gib\": 3}                             | cpu_s_per_gib.median",
                "{\"name\": \"x\", \"cpu_s_per_gib\": {\"median\": \"3\"}}           | cpu_s_per_gib.median",
                "{\"name\": \"x\", \"cpu_s_per_gib\": {\"median\": 0}}               | cpu_s_per_gib.median",
            })
    void aResultWithoutItsCostIsNamed(String result, String lack) throws Exception {
        String report =
                "{\"schema\": \"pfs-udp.bench-loopback/2\", \"host\": {\"cores\": 2}, \"results\": [" + result + "]}";

        assertThat(complaint(report)).contains("report.json", lack);
    }

    @Test
    void aFileThatIsNotThereIsALocalFailure() {
        assertThat(PfsUdp.run("budget", "-q", folder.resolve("nowhere.json").toString()))
                .isEqualTo(8);
    }

    /** What is said of this text in place of a report. */
    private String complaint(String text) throws IOException {
        Path report = Files.writeString(folder.resolve("report.json"), text);
        StringWriter err = new StringWriter();

        int exitCode = PfsUdp.commandLine().setErr(new PrintWriter(err)).execute("budget", "-q", report.toString());

        assertThat(exitCode).isEqualTo(2);
        return err.toString();
    }

    private static List<Object> names(Map<String, Object> tree) {
        return results(tree).stream()
                .<Object>map(result -> ((Map<?, ?>) result).get("name"))
                .toList();
    }

    private static List<Object> bounds(Map<String, Object> tree, int index) {
        List<?> rates = (List<?>) ((Map<?, ?>) results(tree).get(index)).get("rates");
        return rates.stream()
                .<Object>map(rate -> ((Map<?, ?>) rate).get("bound"))
                .toList();
    }

    private static List<?> results(Map<String, Object> tree) {
        return (List<?>) tree.get("results");
    }
}
