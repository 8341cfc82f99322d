package io.packetfs.cli;

import io.packetfs.sim.LinkSettings;
import io.packetfs.sim.LossBursts;
import io.packetfs.sim.Reordering;
import io.packetfs.transfer.Texts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code pfs-udp bench wan}: this program and the kernel's TCP in turn over the same lossy wire, between two network namespaces. */
@Command(
        name = "wan",
        description = {
            "Moves data over a lossy, slow wire between two network namespaces, by pfs-udp and by the kernel's TCP in turn (root).",
            "The wire treats each of them alike, by seed. TCP takes iperf3."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class BenchWanCommand extends ReportCommand {
    @Option(
            names = "--delays",
            paramLabel = "MS,...",
            split = ",",
            defaultValue = "1,10,50",
            converter = LinkOptions.MillisecondConverter.class,
            description = "One-way delays, milliseconds (default ${DEFAULT-VALUE}).")
    private List<Long> delaysNs;

    @Option(
            names = "--losses",
            paramLabel = "P,...",
            split = ",",
            defaultValue = "0,0.01,0.1",
            description = "Probabilities of loss, each way (default ${DEFAULT-VALUE}).")
    private List<Double> losses;

    @Option(
            names = "--rate",
            paramLabel = "MBIT",
            defaultValue = "400",
            converter = LinkOptions.MegabitConverter.class,
            description = "Rate of the wire, Mbit/s, IP headers included (default ${DEFAULT-VALUE}).")
    private long rateBitsPerSecond;

    @Option(
            names = "--queue",
            paramLabel = "BYTES",
            defaultValue = "2000k",
            converter = Units.ByteCountConverter.class,
            description = "What may wait for the rate; the tail is dropped (default ${DEFAULT-VALUE}).")
    private long queueBytesMax;

    @Option(
            names = "--burst",
            paramLabel = "P:N",
            converter = LinkOptions.BurstConverter.class,
            description = "Lose a share of P of all packets besides, in bursts of N on average.")
    private LossBursts lossBursts = LossBursts.NONE;

    @Option(
            names = "--reorder",
            paramLabel = "P:MS",
            converter = LinkOptions.ReorderingConverter.class,
            description = "Hold a packet back with probability P, by up to MS milliseconds.")
    private Reordering reordering = Reordering.NONE;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "8",
            description = "How long each is measured (default ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            defaultValue = "3",
            description = "What each runs before that (default ${DEFAULT-VALUE}).")
    private int warmUpSeconds;

    @Option(
            names = "--only",
            paramLabel = "NAME,...",
            split = ",",
            defaultValue = "pfs-udp,tcp-bbr,tcp-cubic",
            description = "Whom to measure; there is pfs-udp-cubic, too (default ${DEFAULT-VALUE}).")
    private List<String> only;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "1",
            description = "How often each is measured, in turn; medians are shown (default ${DEFAULT-VALUE}).")
    private int rounds;

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

    @Override
    protected String schema() {
        return "pfs-udp.bench-wan/1";
    }

    @Override
    protected ExitCode run(Map<String, Object> report) throws CommandException {
        WanPlan plan = plan();
        List<WanContender> contenders = contenders();
        report.put("config", plan.describe());
        WireCheck.requireWire();
        contenders.removeIf(contender -> isLeftOut(contender));
        List<WanResult> results = new ArrayList<>();
        try {
            measure(plan, contenders, results);
        } finally {
            report.put("results", results.stream().map(WanResult::tree).toList());
        }
        writePage(plan, results);
        return results.stream().allMatch(result -> result.error() == null) ? ExitCode.OK : ExitCode.PARTIAL;
    }

    private WanPlan plan() {
        try {
            LinkSettings wire = LinkSettings.builder()
                    .rateBitsPerSecond(rateBitsPerSecond)
                    .queueBytesMax(queueBytesMax)
                    .lossBursts(lossBursts)
                    .reordering(reordering)
                    .build();
            WanPlan plan = new WanPlan(wire, warmUpSeconds, seconds, 0, rounds, seed);
            for (double loss : losses) {
                for (long delayNs : delaysNs) {
                    plan.settings(new WanPlan.Conditions(delayNs, loss));
                }
            }
            return plan;
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
    }

    private List<WanContender> contenders() {
        try {
            return WanContenders.named(only.stream().distinct().toList());
        } catch (TypeConversionException e) {
            throw usage("--only: " + e.getMessage());
        }
    }

    private boolean isLeftOut(WanContender contender) {
        String cause = contender.unavailabilityCause();
        if (cause != null) {
            terminal().line(contender.name() + " is left out: " + cause);
        }
        return cause != null;
    }

    private void measure(WanPlan plan, List<WanContender> contenders, List<WanResult> results) throws CommandException {
        int runCount = delaysNs.size() * losses.size() * contenders.size() * rounds;
        say(runCount + " runs, about " + Units.clock((long) runCount * (plan.totalSeconds() + 2)));
        say(WanTable.heading());
        for (long delayNs : delaysNs) {
            for (double loss : losses) {
                for (WanResult result : measure(plan, new WanPlan.Conditions(delayNs, loss), contenders)) {
                    results.add(result);
                    say(WanTable.line(result));
                }
            }
        }
    }

    /** All of them in turn, as often as there are rounds. */
    private List<WanResult> measure(WanPlan plan, WanPlan.Conditions conditions, List<WanContender> contenders)
            throws CommandException {
        List<WanRuns> runs = contenders.stream()
                .map(contender -> new WanRuns(contender, plan, conditions))
                .toList();
        for (int round = 0; round < rounds; round++) {
            for (WanRuns of : runs) {
                of.run(signals());
            }
        }
        return runs.stream().map(WanRuns::result).toList();
    }

    private void writePage(WanPlan plan, List<WanResult> results) throws CommandException {
        if (html == null) {
            return;
        }
        try {
            AtomicFile.write(html, WanPage.html(plan, results, HostFacts.host(null)));
        } catch (IOException e) {
            throw new CommandException(ExitCode.LOCAL_IO, "local_io", "cannot write " + html + ": " + Texts.reason(e));
        }
    }
}
