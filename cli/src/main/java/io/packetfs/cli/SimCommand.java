package io.packetfs.cli;

import io.packetfs.protocol.trace.Trace;
import io.packetfs.swarm.Observers;
import io.packetfs.swarm.Outcome;
import io.packetfs.swarm.Scenario;
import io.packetfs.swarm.ScenarioFile;
import io.packetfs.swarm.Simulation;
import io.packetfs.swarm.Swarm;
import io.packetfs.transfer.Texts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code pfs-udp sim}: one scenario in virtual time, or a swarm of them. */
@Command(
        name = "sim",
        description = {
            "Runs the protocol over a simulated network, in virtual time, and checks what must hold.",
            "One scenario, from a file, from flags, or drawn from a seed; or with --swarm those of one seed after another, until one fails."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class SimCommand extends ReportCommand {
    private static final double NS_PER_SECOND = 1e9;
    private static final double MS_PER_HOUR = 3.6e6;
    private static final int THREADS_MAX = 1_024;
    private static final String PROJECT = "io.packetfs";

    @Mixin
    private SimOptions options;

    @Option(
            names = "--packet-log",
            paramLabel = "FILE",
            description = "Write what happened to every datagram, a line each; its SHA-256 is told in any case.")
    private Path packetLog;

    @Option(
            names = "--qlog",
            paramLabel = "DIR",
            description = "Write a file of events there for each end of each connection.")
    private Path qlog;

    @Option(names = "--qlog-packets", description = "With --qlog: each packet is an event, too.")
    private boolean qlogPackets;

    @Option(
            names = "--write-scenario",
            paramLabel = "FILE",
            description = "Write the scenario as a file for --scenario, to be changed by hand.")
    private Path scenarioFile;

    @Option(names = "--swarm", description = "Run scenarios drawn from one seed after another, until one fails.")
    private boolean swarm;

    @Option(
            names = "--from",
            paramLabel = "N",
            defaultValue = "1",
            description = "The swarm's first seed (default: 1).")
    private long fromSeed;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description = "How many seeds the swarm runs (default: until SIGINT or SIGTERM).")
    private long seedCount = Long.MAX_VALUE;

    @Option(names = "--threads", paramLabel = "N", description = "The swarm's threads (default: one per core).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Spec
    private CommandSpec command;

    @Override
    protected String schema() {
        return "pfs-udp.sim/1";
    }

    @Override
    protected ExitCode run(Map<String, Object> report) throws CommandException {
        // The engine's classes come after this, and so watch themselves, which costs little and finds more.
        SimCommand.class.getClassLoader().setPackageAssertionStatus(PROJECT, true);
        List<String> plain =
                SimOptions.plainFlags(command.commandLine().getParseResult().matchedOptions());
        report.put("mode", swarm ? "swarm" : "scenario");
        if (swarm) {
            requireSwarmOptions(plain);
            return runSwarm(report);
        }
        if (options.file != null && !plain.isEmpty()) {
            throw usage(plain.getFirst() + " does not go with --scenario: the file says it");
        }
        return runOne(scenario(!plain.isEmpty()), report);
    }

    private void requireSwarmOptions(List<String> plain) {
        boolean isOne = options.file != null || options.seed != null || !plain.isEmpty();
        if (isOne || packetLog != null || qlog != null || scenarioFile != null) {
            throw usage("--swarm draws its scenarios; it goes with --from, --seeds and --threads only");
        }
        if (seedCount < 1) {
            throw usage("--seeds " + seedCount + " is less than 1");
        }
        if (threads < 1 || threads > THREADS_MAX) {
            throw usage("--threads " + threads + " is outside 1 to " + THREADS_MAX);
        }
    }

    private Scenario scenario(boolean isPlain) throws CommandException {
        try {
            return options.scenario(isPlain);
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
    }

    private ExitCode runOne(Scenario scenario, Map<String, Object> report) throws CommandException {
        writeScenario(scenario);
        report.put("seed", scenario.seed());
        try (PacketLogFile log = new PacketLogFile(packetLog);
                SimQlog traces = qlog == null ? null : SimQlog.open(qlog, qlogPackets)) {
            Trace.Supplier supplier = traces == null ? Observers.NONE.traces() : traces;
            Outcome outcome = Simulation.play(
                    scenario, new Observers(log, supplier, () -> signals().received() != 0));
            String sha256 = log.finish();
            if (traces != null) {
                traces.finish();
            }
            tell(outcome, sha256, report);
            if (signals().received() != 0) {
                return signals().exitCode();
            }
            if (!outcome.isClean()) {
                throw failed(outcome);
            }
            return ExitCode.OK;
        }
    }

    private void writeScenario(Scenario scenario) throws CommandException {
        if (scenarioFile != null) {
            try {
                AtomicFile.write(scenarioFile, ScenarioFile.text(scenario));
            } catch (IOException e) {
                throw new CommandException(
                        ExitCode.LOCAL_IO, "local_io", "cannot write " + scenarioFile + ": " + Texts.reason(e));
            }
        }
    }

    private void tell(Outcome outcome, String sha256, Map<String, Object> report) {
        outcome.events().forEach(this::say);
        say(String.format(
                Locale.ROOT,
                "seed %d: %d delivered, %s, in %d datagrams and %.3f s of virtual time",
                outcome.seed(),
                outcome.units(),
                Units.bytes(outcome.bytes()),
                outcome.datagrams(),
                outcome.virtualNs() / NS_PER_SECOND));
        System.out.println("packet log sha256 " + sha256);
        report.put("delivered", outcome.units());
        report.put("bytes", outcome.bytes());
        report.put("datagrams", outcome.datagrams());
        report.put("virtual_s", outcome.virtualNs() / NS_PER_SECOND);
        report.put("packet_log_sha256", sha256);
        report.put("failure", outcome.failure());
        report.put("events", outcome.events());
    }

    private ExitCode runSwarm(Map<String, Object> report) throws CommandException {
        long startNs = System.nanoTime();
        Swarm members = new Swarm(fromSeed, seedCount, () -> signals().received() != 0);
        Outcome failure = null;
        try {
            failure = members.run(threads, () -> sayProgress(members, startNs));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Swarm.Tally tally = members.tally();
        say(progress(tally, startNs));
        report.put("from", fromSeed);
        report.put("threads", threads);
        report.put("clean", tally.clean());
        report.put("delivered", tally.units());
        report.put("bytes", tally.bytes());
        report.put("datagrams", tally.datagrams());
        report.put("virtual_s", tally.virtualMs() / 1e3);
        report.put("duration_s", (System.nanoTime() - startNs) / NS_PER_SECOND);
        report.put("failed_seed", failure == null ? null : failure.seed());
        report.put("failure", failure == null ? null : failure.failure());
        if (failure != null) {
            failure.events().forEach(this::say);
            System.out.println(rerun(failure));
            throw failed(failure);
        }
        return ExitCode.OK;
    }

    private void sayProgress(Swarm members, long startNs) {
        if (output.progress != OutputOptions.Progress.NONE) {
            say(progress(members.tally(), startNs));
        }
    }

    private static String progress(Swarm.Tally tally, long startNs) {
        double seconds = (System.nanoTime() - startNs) / NS_PER_SECOND;
        return String.format(
                Locale.ROOT,
                "%d seeds clean in %.1f s: %d delivered, %s, %d datagrams, %.1f h of virtual time",
                tally.clean(),
                seconds,
                tally.units(),
                Units.bytes(tally.bytes()),
                tally.datagrams(),
                tally.virtualMs() / MS_PER_HOUR);
    }

    private CommandException failed(Outcome outcome) {
        String again = swarm ? "; run it again with: " + rerun(outcome) : "";
        return new CommandException(
                ExitCode.INTERNAL,
                "scenario_failed",
                "seed " + outcome.seed() + " fails: " + outcome.failure() + again);
    }

    private static String rerun(Outcome outcome) {
        return "pfs-udp sim --seed " + outcome.seed();
    }
}
