package io.packetfs.bench.latency;

import io.packetfs.cli.AtomicFile;
import io.packetfs.cli.CommandException;
import io.packetfs.cli.ExitCode;
import io.packetfs.cli.HostFacts;
import io.packetfs.cli.ReportCommand;
import io.packetfs.cli.Units;
import io.packetfs.cli.WireCheck;
import io.packetfs.records.GramConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pfs-udp bench latency}: how long records take over a lossy wire, and what waiting for others costs them. */
@Command(
        name = "latency",
        description = {
            "Sends records over a lossy wire between two network namespaces, and tells how long they take, by percentile (root).",
            "An open loop: counted from when each was to be sent."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class LatencyCommand extends ReportCommand {
    private static final int SECONDS_MAX = 3_600;
    private static final int RECORDS_PER_SECOND_MAX = 100_000;
    private static final int RECORDS_MAX = 100_000_000;
    private static final double MBIT = 1e6;
    private static final double NS_PER_MS = 1e6;

    @Option(
            names = "--losses",
            paramLabel = "P,...",
            split = ",",
            defaultValue = "0.01,0.02,0.05",
            description = "Probabilities of loss, each way (default ${DEFAULT-VALUE}).")
    private List<Double> losses;

    @Option(
            names = "--delay",
            paramLabel = "MS",
            defaultValue = "20",
            description = "Of the wire, one way, milliseconds (default ${DEFAULT-VALUE}).")
    private double delayMs;

    @Option(
            names = "--rate",
            paramLabel = "MBIT",
            defaultValue = "100",
            description = "Of the wire, Mbit/s, IP headers included (default ${DEFAULT-VALUE}).")
    private double rateMbit;

    @Option(
            names = "--queue",
            paramLabel = "BYTES",
            defaultValue = "1M",
            converter = Units.ByteCountConverter.class,
            description = "What may wait for the rate; the tail is dropped (default ${DEFAULT-VALUE}).")
    private long queueBytesMax;

    @Option(
            names = "--records",
            paramLabel = "N",
            defaultValue = "1000",
            description = "How many are sent per second (default ${DEFAULT-VALUE}).")
    private int recordsPerSecond;

    @Option(
            names = "--bytes",
            paramLabel = "N",
            defaultValue = "1024",
            description = "How long each is (default ${DEFAULT-VALUE}).")
    private int recordBytes;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "20",
            description = "How long records count (default ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            defaultValue = "5",
            description = "How long they are sent before that (default ${DEFAULT-VALUE}).")
    private int warmUpSeconds;

    @Option(
            names = "--only",
            paramLabel = "NAME,...",
            split = ",",
            description = "Whom to measure: pfs-udp, pfs-udp-ordered, pfs-tcp (default all).")
    private List<String> only = List.of();

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Write a page with pictures there; it needs nothing else to be shown.")
    private Path html;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of the wire's dice (default ${DEFAULT-VALUE}).")
    private long seed;

    /** For the service loader. */
    public LatencyCommand() {}

    @Override
    protected String schema() {
        return "pfs-udp.bench-latency/1";
    }

    @Override
    protected ExitCode run(Map<String, Object> report) throws CommandException {
        LatencyPlan plan = plan();
        Set<LatencyContender> contenders = contenders();
        report.put("config", plan.tree());
        WireCheck.requireWire();
        List<LatencyResult> results = new ArrayList<>();
        try {
            say(LatencyTable.heading());
            for (double loss : losses) {
                for (LatencyContender contender : contenders) {
                    LatencyResult result = new LatencyRun(plan, contender, loss, signals()).measure();
                    results.add(result);
                    say(LatencyTable.line(result));
                }
            }
        } finally {
            report.put("results", results.stream().map(LatencyResult::tree).toList());
        }
        writePage(plan, results);
        return results.stream().allMatch(result -> result.error() == null) ? ExitCode.OK : ExitCode.PARTIAL;
    }

    private LatencyPlan plan() {
        if (seconds < 1 || seconds > SECONDS_MAX || warmUpSeconds < 0 || warmUpSeconds > SECONDS_MAX) {
            throw usage("--seconds is a number from 1 to 3600, --warm-up one from 0 to 3600");
        }
        if (recordsPerSecond < 1
                || recordsPerSecond > RECORDS_PER_SECOND_MAX
                || (long) recordsPerSecond * (seconds + warmUpSeconds) > RECORDS_MAX) {
            throw usage("--records is a number from 1 to 100000 per second, and 100 million in all");
        }
        int bytesMax = GramConfig.defaults().recordBytesMax();
        if (recordBytes < LatencyPlan.RECORD_BYTES_MIN || recordBytes > bytesMax) {
            throw usage("--bytes is a number from " + LatencyPlan.RECORD_BYTES_MIN + " to " + bytesMax);
        }
        if (!(rateMbit > 0 && rateMbit <= 100_000) || !(delayMs >= 0 && delayMs <= 10_000)) {
            throw usage("--rate is above 0 and at most 100000, --delay from 0 to 10000");
        }
        LatencyPlan plan = new LatencyPlan(
                Math.round(delayMs * NS_PER_MS),
                Math.round(rateMbit * MBIT),
                queueBytesMax,
                recordsPerSecond,
                recordBytes,
                warmUpSeconds,
                seconds,
                seed);
        try {
            losses.forEach(plan::settings);
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
        return plan;
    }

    private Set<LatencyContender> contenders() {
        if (only.isEmpty()) {
            return new LinkedHashSet<>(List.of(LatencyContender.values()));
        }
        Set<LatencyContender> chosen = new LinkedHashSet<>();
        for (String name : only) {
            LatencyContender contender = LatencyContender.named(name);
            if (contender == null) {
                throw usage("--only knows no " + name);
            }
            chosen.add(contender);
        }
        return chosen;
    }

    private void writePage(LatencyPlan plan, List<LatencyResult> results) throws CommandException {
        if (html == null) {
            return;
        }
        try {
            AtomicFile.write(html, LatencyPage.html(plan, results, HostFacts.host(null)));
        } catch (IOException e) {
            throw new CommandException(ExitCode.LOCAL_IO, "local_io", "cannot write " + html + ": " + e.getMessage());
        }
    }
}
