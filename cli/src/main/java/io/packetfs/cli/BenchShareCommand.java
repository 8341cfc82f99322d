package io.packetfs.cli;

import io.packetfs.sim.LinkSettings;
import io.packetfs.sim.NamespacePair;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code pfs-udp bench share}: several flows at once over one wire, and what each of them gets. */
@Command(
        name = "share",
        description = {
            "Lets several flows, of pfs-udp and of the kernel's TCP, send over one wire between two network namespaces at the same time (root).",
            "Tells what each gets, Jain's index of fairness, and the round trips that pfs-udp saw. TCP takes iperf3."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class BenchShareCommand extends ReportCommand {
    private static final int FLOWS_MAX = 8;

    /** Programs take a second or two to start, one longer than the other. */
    private static final int TAIL_SECONDS = 5;

    @Option(
            names = "--flows",
            paramLabel = "NAME,...",
            split = ",",
            defaultValue = "pfs-udp,tcp-bbr",
            description =
                    "Who sends: pfs-udp, pfs-udp-cubic, tcp-bbr, tcp-cubic, each as often as wanted, 1 to 8 in all"
                            + " (default ${DEFAULT-VALUE}).")
    private List<String> flows;

    @Option(
            names = "--delay",
            paramLabel = "MS",
            defaultValue = "20",
            converter = LinkOptions.MillisecondConverter.class,
            description = "One-way delay, milliseconds (default ${DEFAULT-VALUE}).")
    private long delayNs;

    @Option(
            names = "--loss",
            paramLabel = "P",
            defaultValue = "0",
            description = "Probability of loss, each way (default ${DEFAULT-VALUE}).")
    private double loss;

    @Option(
            names = "--rate",
            paramLabel = "MBIT",
            defaultValue = "50",
            converter = LinkOptions.MegabitConverter.class,
            description = "Rate of the wire, Mbit/s, IP headers included (default ${DEFAULT-VALUE}).")
    private long rateBitsPerSecond;

    @Option(
            names = "--queue",
            paramLabel = "BYTES",
            converter = Units.ByteCountConverter.class,
            description =
                    "What may wait for the rate; the tail is dropped (default: what the rate carries in a round trip).")
    private Long queueBytesMax;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "60",
            description = "How long they are measured (default ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            defaultValue = "5",
            description = "What each runs before that (default ${DEFAULT-VALUE}).")
    private int warmUpSeconds;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of the wire's dice (default ${DEFAULT-VALUE}).")
    private long seed;

    @Override
    protected String schema() {
        return "pfs-udp.bench-share/1";
    }

    @Override
    protected ExitCode run(Map<String, Object> report) throws CommandException {
        WanPlan plan = plan();
        WanPlan.Conditions conditions = new WanPlan.Conditions(delayNs, loss);
        List<WanContender> contenders = contenders();
        Map<String, Object> config = plan.describe();
        config.put("delay_ms", conditions.delayMs());
        config.put("loss", loss);
        report.put("config", config);
        WireCheck.requireWire();
        for (WanContender contender : contenders) {
            if (contender.unavailabilityCause() != null) {
                throw new CommandException(
                        ExitCode.UNAVAILABLE,
                        "flow_unavailable",
                        contender.name() + " cannot send here: " + contender.unavailabilityCause());
            }
        }
        WireShares shares = new WireShares(flows, measure(plan, conditions, contenders), conditions);
        report.putAll(shares.tree());
        shares.lines().forEach(this::say);
        return ExitCode.OK;
    }

    private WanPlan plan() {
        try {
            LinkSettings.Builder wire = LinkSettings.builder().rateBitsPerSecond(rateBitsPerSecond);
            long bdpBytes = Math.round(rateBitsPerSecond / 8.0 * 2 * delayNs / 1e9);
            wire.queueBytesMax(queueBytesMax == null ? bdpBytes : queueBytesMax);
            WanPlan plan = new WanPlan(wire.build(), warmUpSeconds, seconds, TAIL_SECONDS, 1, seed);
            plan.settings(new WanPlan.Conditions(delayNs, loss));
            return plan;
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
    }

    private List<WanContender> contenders() {
        if (flows.size() > FLOWS_MAX) {
            throw usage("--flows names " + flows.size() + ", more than " + FLOWS_MAX);
        }
        try {
            return WanContenders.named(flows);
        } catch (TypeConversionException e) {
            throw usage("--flows: " + e.getMessage());
        }
    }

    /** All at once. */
    private List<WanMeasurement> measure(WanPlan plan, WanPlan.Conditions conditions, List<WanContender> contenders)
            throws CommandException {
        say(flows.size() + " at once, about " + Units.clock(plan.totalSeconds() + 2L));
        try (NamespacePair hosts =
                        NamespacePair.open(plan.settings(conditions), seed, NamespacePair.MTU_BYTES_DEFAULT);
                ExecutorService threads = Executors.newThreadPerTaskExecutor(
                        Thread.ofPlatform().name("flow-", 0).factory())) {
            CompletionService<WanMeasurement> ends = new ExecutorCompletionService<>(threads);
            try {
                List<Future<WanMeasurement>> running = new ArrayList<>();
                for (WanContender contender : contenders) {
                    running.add(ends.submit(() -> contender.measure(hosts, plan, signals())));
                }
                return await(running, ends);
            } finally {
                // where one failed, the others need not go on
                threads.shutdownNow();
            }
        } catch (UncheckedIOException e) {
            throw new CommandException(ExitCode.UNAVAILABLE, "wire_unavailable", e.getMessage());
        }
    }

    private static List<WanMeasurement> await(
            List<Future<WanMeasurement>> running, CompletionService<WanMeasurement> ends) throws CommandException {
        try {
            for (int ended = 0; ended < running.size(); ended++) {
                ends.take().get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitCode.INTERNAL, "interrupted", "interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CommandException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
        return running.stream().map(Future::resultNow).toList();
    }
}
