package io.packetfs.bench.loopback;

import io.packetfs.cli.AtomicFile;
import io.packetfs.cli.CommandException;
import io.packetfs.cli.ExitCode;
import io.packetfs.cli.ReportCommand;
import io.packetfs.cli.Units;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pfs-udp bench loopback}: ways to move bytes from process to process over loopback, in rounds that take turns. */
@Command(
        name = "loopback",
        description = {
            "Moves bytes between two processes over loopback, from memory to memory, by PFS-UDP and by others in turn, round by round.",
            "Tells goodput, processor time, packets and memory of each: medians, lowest and highest."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class LoopbackCommand extends ReportCommand {
    private static final int ROUNDS_MAX = 1_000;
    private static final double SECONDS_MAX = 3_600;
    private static final double GIB_MAX = 1_024;
    private static final long WINDOW_BYTES_MIN = 64 << 10;
    private static final long WINDOW_BYTES_MAX = 128L << 20;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "How often each is measured (default ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "4",
            description = "How long each is measured at least, every time (default ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(
            names = "--gib",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "How much each moves meanwhile at least, unless that takes ten times as long (default ${DEFAULT-VALUE}).")
    private double gib;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            defaultValue = "2",
            description = "What each runs before that (default ${DEFAULT-VALUE}).")
    private double warmUpSeconds;

    @Option(
            names = "--only",
            paramLabel = "NAME,...",
            split = ",",
            description = "Whom to measure: names, or their beginnings up to a hyphen, such as pfs-udp. See --list.")
    private List<String> only = List.of();

    @Option(
            names = "--windows",
            paramLabel = "BYTES,...",
            split = ",",
            converter = Units.ByteCountConverter.class,
            description =
                    "Have PFS-UDP keep so much in flight, one contender for each, in place of its congestion control.")
    private List<Long> windowsBytes = List.of();

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Write a page with pictures there; it needs nothing else to be shown.")
    private Path html;

    @Option(names = "--list", description = "Say whom there is to measure, and measure nobody.")
    private boolean list;

    /** For the service loader. */
    public LoopbackCommand() {}

    @Override
    protected String schema() {
        return "pfs-udp.bench-loopback/2";
    }

    @Override
    protected ExitCode run(Map<String, Object> report) throws CommandException {
        LoopbackPlan plan = plan();
        Contenders contenders = Contenders.with(windowsBytes);
        if (list) {
            contenders.names().forEach(name -> describe(contenders, name));
            return ExitCode.OK;
        }
        List<LoopbackResult> results = new ArrayList<>();
        Map<String, Object> leftOut = new LinkedHashMap<>();
        for (Contender contender : chosen(contenders)) {
            String cause = contender.unavailabilityCause();
            if (cause == null) {
                results.add(new LoopbackResult(contender));
            } else {
                terminal().line(contender.name() + " is left out: " + cause);
                leftOut.put(contender.name(), cause);
            }
        }
        Map<String, Object> host = LoopbackHost.tree();
        report.put("host", host);
        report.put("config", plan.tree());
        try {
            measure(plan, results);
        } finally {
            report.put("results", results.stream().map(LoopbackResult::tree).toList());
            report.put("left_out", leftOut);
        }
        LoopbackTable.lines(results).forEach(terminal()::line);
        writePage(plan, results, host);
        return results.stream().allMatch(result -> result.errors().isEmpty()) ? ExitCode.OK : ExitCode.PARTIAL;
    }

    private LoopbackPlan plan() {
        if (rounds < 1 || rounds > ROUNDS_MAX) {
            throw usage("--rounds is a count from 1 to " + ROUNDS_MAX);
        }
        if (!(seconds >= 0.1 && seconds <= SECONDS_MAX && warmUpSeconds >= 0 && warmUpSeconds <= SECONDS_MAX)) {
            throw usage("--seconds is from 0.1 to 3600, --warm-up from 0 to 3600");
        }
        if (!(gib >= 0 && gib <= GIB_MAX)) {
            throw usage("--gib is from 0 to " + (int) GIB_MAX);
        }
        for (long bytes : windowsBytes) {
            if (bytes < WINDOW_BYTES_MIN || bytes > WINDOW_BYTES_MAX) {
                throw usage(
                        "--windows are from " + Units.bytes(WINDOW_BYTES_MIN) + " to " + Units.bytes(WINDOW_BYTES_MAX));
            }
        }
        return new LoopbackPlan(rounds, warmUpSeconds, seconds, Math.round(gib * (1L << 30)));
    }

    private void describe(Contenders contenders, String name) {
        Contender contender = contenders.named(name).getFirst();
        String usual = contenders.usual().contains(name) ? "" : " (only by name)";
        terminal().line(String.format("%-26s %s%s", name, contender.what(), usual));
    }

    private Set<Contender> chosen(Contenders contenders) {
        Set<Contender> chosen = new LinkedHashSet<>();
        for (String name : only.isEmpty() ? contenders.usual() : only) {
            List<Contender> named = contenders.named(name);
            if (named.isEmpty()) {
                throw usage("--only knows no " + name + "; there is " + String.join(", ", contenders.names()));
            }
            chosen.addAll(named);
        }
        return chosen;
    }

    private void measure(LoopbackPlan plan, List<LoopbackResult> results) throws CommandException {
        for (int round = 1; round <= plan.rounds(); round++) {
            for (LoopbackResult result : results) {
                try {
                    Measurement measurement = result.contender().measure(plan, signals());
                    result.add(measurement);
                    say(LoopbackTable.line(round, result.name(), measurement));
                } catch (CommandException e) {
                    if (signals().received() != 0) {
                        throw e;
                    }
                    result.fail(e.getMessage());
                    terminal().line("round " + round + "  " + result.name() + " failed: " + e.getMessage());
                }
            }
        }
    }

    private void writePage(LoopbackPlan plan, List<LoopbackResult> results, Map<String, Object> host)
            throws CommandException {
        if (html == null) {
            return;
        }
        try {
            AtomicFile.write(html, LoopbackPage.html(plan, results, host));
        } catch (IOException e) {
            throw new CommandException(ExitCode.LOCAL_IO, "local_io", "cannot write " + html + ": " + e.getMessage());
        }
    }
}
