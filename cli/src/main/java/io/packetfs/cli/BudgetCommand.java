package io.packetfs.cli;

import io.packetfs.transfer.Texts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pfs-udp budget}: cores for faster wires, reckoned from what moving bytes cost over loopback. */
@Command(
        name = "budget",
        description = {
            "Reckons how many cores a wire of 1 to 100 Gbit/s takes, from a report of pfs-udp bench loopback.",
            "It is a budget, not a measurement: processor time per GiB, of both ends together, times the rate."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class BudgetCommand extends ReportCommand {
    private static final int[] RATES_GBPS = {1, 10, 25, 40, 100};
    private static final double GBPS = 1e9;
    private static final int CORES_MAX = 65_536;

    @Parameters(paramLabel = "REPORT", description = "What pfs-udp bench loopback --json wrote.")
    private Path file;

    @Option(
            names = "--cores",
            paramLabel = "N",
            description =
                    "Cores there are, to tell wire-bound from compute-bound (default: those of the report's machine).")
    private Integer cores;

    @Option(
            names = "--ops-per-byte",
            paramLabel = "K",
            defaultValue = "0",
            description = "What an application does with each byte, in operations (default ${DEFAULT-VALUE}).")
    private double operationsPerByte;

    @Option(
            names = "--ops-per-second",
            paramLabel = "P",
            defaultValue = "1e9",
            description = "How many of them a core does in a second (default ${DEFAULT-VALUE}).")
    private double operationsPerSecond;

    @Override
    protected String schema() {
        return "pfs-udp.budget/1";
    }

    @Override
    protected ExitCode run(Map<String, Object> report) throws CommandException {
        if (cores != null && (cores < 1 || cores > CORES_MAX)) {
            throw usage("--cores is a count from 1 to " + CORES_MAX);
        }
        if (!(operationsPerByte >= 0 && operationsPerSecond > 0)) {
            throw usage("--ops-per-byte is 0 or above, --ops-per-second above 0");
        }
        LoopbackReport source = read();
        int available = cores == null ? source.cores() : cores;
        report.put("kind", "budget, not a measurement");
        report.put("report", file.toString());
        report.put("cores", available);
        report.put("ops_per_byte", operationsPerByte);
        report.put("ops_per_second", operationsPerSecond);
        List<Map<String, Object>> results = new ArrayList<>();
        say("a budget, not a measurement: cores of both ends together; w: wire-bound, c: compute-bound on " + available
                + (available == 1 ? " core" : " cores"));
        say(heading());
        for (LoopbackReport.Cost cost : source.costs()) {
            Budget budget = new Budget(cost.cpuSecondsPerGib(), operationsPerByte, operationsPerSecond);
            say(line(cost, budget, available));
            results.add(tree(cost, budget, available));
        }
        source.failed().forEach(name -> say(name + " has no figures in " + file));
        report.put("results", results);
        return ExitCode.OK;
    }

    private LoopbackReport read() throws CommandException {
        try {
            return LoopbackReport.read(file);
        } catch (LoopbackReport.ForeignException e) {
            throw usage(file + " is no report of pfs-udp bench loopback: " + e.getMessage());
        } catch (IOException e) {
            throw new CommandException(ExitCode.LOCAL_IO, "local_io", "cannot read " + file + ": " + Texts.reason(e));
        }
    }

    private static String heading() {
        StringBuilder heading = new StringBuilder(String.format("%-26s %11s", "", "CPU s/GiB"));
        for (int gbps : RATES_GBPS) {
            heading.append(String.format("%13s", gbps + " Gbit/s"));
        }
        return heading.toString();
    }

    private static String line(LoopbackReport.Cost cost, Budget budget, int available) {
        StringBuilder line =
                new StringBuilder(String.format(Locale.ROOT, "%-26s %11.3f", cost.name(), cost.cpuSecondsPerGib()));
        for (int gbps : RATES_GBPS) {
            String bound = budget.isComputeBound(gbps * GBPS, available) ? "c" : "w";
            line.append(String.format(Locale.ROOT, "%11.2f %s", budget.cores(gbps * GBPS), bound));
        }
        return line.toString();
    }

    private static Map<String, Object> tree(LoopbackReport.Cost cost, Budget budget, int available) {
        List<Map<String, Object>> rates = new ArrayList<>();
        for (int gbps : RATES_GBPS) {
            Map<String, Object> rate = new LinkedHashMap<>();
            rate.put("rate_bps", gbps * GBPS);
            rate.put("cores", budget.cores(gbps * GBPS));
            rate.put("s_per_gib", budget.secondsPerGib(gbps * GBPS, available));
            rate.put("bound", budget.isComputeBound(gbps * GBPS, available) ? "compute" : "wire");
            rates.add(rate);
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", cost.name());
        tree.put("cpu_s_per_gib", cost.cpuSecondsPerGib());
        tree.put("rates", rates);
        return tree;
    }
}
