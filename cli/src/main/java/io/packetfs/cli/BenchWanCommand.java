package io.packetfs.cli;

import io.packetfs.sim.NamespacePair;
import io.packetfs.transfer.Texts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

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
        if (seconds < 1 || seconds > 3_600 || warmUpSeconds < 0 || warmUpSeconds > 3_600) {
            throw usage("--seconds is a number from 1 to 3600, --warm-up one from 0 to 3600");
        }
        if (rateBitsPerSecond < 1) {
            throw usage("--rate is above 0");
        }
        WanPlan plan = new WanPlan(rateBitsPerSecond, queueBytesMax, warmUpSeconds, seconds, seed);
        try {
            for (double loss : losses) {
                for (long delayNs : delaysNs) {
                    plan.settings(new WanPlan.Conditions(delayNs, loss));
                }
            }
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
        return plan;
    }

    private List<WanContender> contenders() {
        Path iperf3 = InstalledProgram.find("iperf3");
        List<WanContender> known = List.of(
                new WanTransfer("pfs-udp", "bbr"),
                new WanTransfer("pfs-udp-cubic", "cubic"),
                new WanTcp("tcp-bbr", "bbr", iperf3),
                new WanTcp("tcp-cubic", "cubic", iperf3));
        Set<String> wanted = new LinkedHashSet<>(only);
        List<WanContender> chosen = new ArrayList<>();
        for (String name : wanted) {
            chosen.add(known.stream()
                    .filter(contender -> contender.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> usage("--only knows no " + name)));
        }
        return chosen;
    }

    private boolean isLeftOut(WanContender contender) {
        String cause = contender.unavailabilityCause();
        if (cause != null) {
            terminal().line(contender.name() + " is left out: " + cause);
        }
        return cause != null;
    }

    private void measure(WanPlan plan, List<WanContender> contenders, List<WanResult> results) throws CommandException {
        int runCount = delaysNs.size() * losses.size() * contenders.size();
        say(runCount + " runs, about " + Units.clock((long) runCount * (plan.totalSeconds() + 2)));
        say(WanTable.heading());
        for (long delayNs : delaysNs) {
            for (double loss : losses) {
                for (WanContender contender : contenders) {
                    WanResult result = measure(plan, new WanPlan.Conditions(delayNs, loss), contender);
                    results.add(result);
                    say(WanTable.line(result));
                }
            }
        }
    }

    private WanResult measure(WanPlan plan, WanPlan.Conditions conditions, WanContender contender)
            throws CommandException {
        WanMeasurement measurement = null;
        String error = null;
        try (NamespacePair hosts =
                NamespacePair.open(plan.settings(conditions), seed, NamespacePair.MTU_BYTES_DEFAULT)) {
            measurement = contender.measure(hosts, plan, signals());
        } catch (UncheckedIOException e) {
            error = e.getMessage();
        } catch (CommandException e) {
            if (signals().received() != 0) {
                throw e;
            }
            error = e.getMessage();
        }
        return new WanResult(
                contender.name(), contender.payloadShare(), plan.rateBitsPerSecond(), conditions, measurement, error);
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
