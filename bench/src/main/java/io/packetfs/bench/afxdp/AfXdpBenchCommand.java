package io.packetfs.bench.afxdp;

import io.packetfs.afxdp.AfXdp;
import io.packetfs.bench.loopback.LoopbackHost;
import io.packetfs.cli.AtomicFile;
import io.packetfs.cli.CommandException;
import io.packetfs.cli.ExitCode;
import io.packetfs.cli.ReportCommand;
import io.packetfs.protocol.port.DatagramPort;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pfs-udp bench afxdp}: AF_XDP beside the kernel's sockets, between two network namespaces. */
@Command(
        name = "afxdp",
        description = {
            "AF_XDP both ways, each mix with the kernel's sockets, and those alone, over a virtual link that it makes itself (root).",
            "Every datagram crosses the link as a frame of its own. Says nothing of a network card: a virtual link copies every packet."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class AfXdpBenchCommand extends ReportCommand {
    private static final int ROUNDS_MAX = 1_000;
    private static final double SECONDS_MAX = 600;
    private static final int HEADER_BYTES = 28;
    private static final int PAYLOAD_BYTES_MIN = 18;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "How often each is measured, in turns (default ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "1",
            description = "How long, each time (default ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            defaultValue = "0.3",
            description = "What each runs before that (default ${DEFAULT-VALUE}); the first time five times as long.")
    private double warmUpSeconds;

    @Option(
            names = "--payload",
            paramLabel = "BYTES,...",
            split = ",",
            defaultValue = "256,1400",
            description = "Payload of a datagram (default ${DEFAULT-VALUE}).")
    private List<Integer> payloads;

    @Option(
            names = "--mtu",
            paramLabel = "BYTES",
            defaultValue = "1500",
            description = "Of the link (default ${DEFAULT-VALUE}).")
    private int mtuBytes;

    @Option(
            names = "--replay-rate",
            paramLabel = "N",
            defaultValue = "5000",
            description =
                    "Datagrams a second of the timetable by which latency is replayed (default ${DEFAULT-VALUE}).")
    private int replayPerSecond;

    @Option(
            names = "--only",
            paramLabel = "NAME,...",
            split = ",",
            description =
                    "Whom to measure: bare, afxdp, afxdp-recvmmsg, afxdp-gro, sendmmsg-afxdp, gso-afxdp, sendmmsg, gso-gro.")
    private List<String> only = List.of();

    @Option(names = "--no-latency", description = "Measure throughput only.")
    private boolean noLatency;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Write a page with pictures there; it needs nothing else to be shown.")
    private Path html;

    /** For the service loader. */
    public AfXdpBenchCommand() {}

    @Override
    protected String schema() {
        return "pfs-udp.bench-afxdp/1";
    }

    @Override
    protected ExitCode run(Map<String, Object> report) throws CommandException {
        check();
        List<ContenderResult> results = chosen();
        String cause = AfXdp.unavailabilityCause();
        if (cause != null) {
            throw new CommandException(ExitCode.UNAVAILABLE, "feature_unavailable", cause);
        }
        report.put("config", config());
        try (VethPair pair = VethPair.open(mtuBytes)) {
            measure(pair, results);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitCode.INTERNAL, "interrupted", "interrupted");
        } finally {
            report.put("results", results.stream().map(ContenderResult::tree).toList());
            report.put("ratios", ratios(results));
        }
        table(results).forEach(terminal()::line);
        writePage(results);
        return results.stream().allMatch(result -> result.errors().isEmpty()) ? ExitCode.OK : ExitCode.PARTIAL;
    }

    private void check() {
        if (rounds < 1 || rounds > ROUNDS_MAX) {
            throw usage("--rounds is a count from 1 to " + ROUNDS_MAX);
        }
        if (!(seconds >= 0.01 && seconds <= SECONDS_MAX && warmUpSeconds >= 0.01 && warmUpSeconds <= SECONDS_MAX)) {
            throw usage("--seconds and --warm-up are from 0.01 to 600");
        }
        if (mtuBytes < 1_280 || mtuBytes > 9_000) {
            throw usage("--mtu is from 1280 to 9000");
        }
        for (int bytes : payloads) {
            if (bytes < PAYLOAD_BYTES_MIN || bytes > mtuBytes - HEADER_BYTES) {
                throw usage("--payload is from " + PAYLOAD_BYTES_MIN + " to " + (mtuBytes - HEADER_BYTES)
                        + " with this --mtu");
            }
        }
        if (replayPerSecond < 1 || replayPerSecond > 100_000) {
            throw usage("--replay-rate is from 1 to 100000");
        }
    }

    private List<ContenderResult> chosen() {
        List<String> names = Contender.ALL.stream().map(Contender::name).toList();
        for (String name : only) {
            if (!names.contains(name)) {
                throw usage("--only knows no " + name + "; there is " + String.join(", ", names));
            }
        }
        return Contender.ALL.stream()
                .filter(contender -> only.isEmpty() || only.contains(contender.name()))
                .map(ContenderResult::new)
                .toList();
    }

    private Map<String, Object> config() {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("rounds", rounds);
        config.put("seconds", seconds);
        config.put("warm_up_s", warmUpSeconds);
        config.put("payload_bytes", payloads);
        config.put("mtu_bytes", mtuBytes);
        config.put("replay_per_s", replayPerSecond);
        return config;
    }

    private void measure(VethPair pair, List<ContenderResult> results) throws CommandException, InterruptedException {
        for (int round = 1; round <= rounds; round++) {
            for (ContenderResult result : results) {
                if (signals().received() != 0) {
                    throw new CommandException(ExitCode.SIGINT, "interrupted", "stopped by a signal");
                }
                try {
                    measure(pair, result, round);
                } catch (RuntimeException e) {
                    result.fail(String.valueOf(e.getMessage()));
                    terminal().line("round " + round + "  " + result.name() + " failed: " + e.getMessage());
                }
            }
        }
    }

    private void measure(VethPair pair, ContenderResult result, int round) throws InterruptedException {
        long warmUpNs = ns(warmUpSeconds) * (round == 1 ? 5 : 1);
        Contender contender = result.contender();
        if (contender.isBare()) {
            try (BareRun bare = new BareRun(pair)) {
                for (int bytes : payloads) {
                    if (bytes + HEADER_BYTES <= 1_500) {
                        tell(round, result, bare.measure(bytes, warmUpNs, ns(seconds)));
                    }
                }
            }
            return;
        }
        try (DatagramPort sender = pair.in(0, () -> contender.sender().open(VethPair.address(0)));
                DatagramPort receiver = pair.in(1, () -> contender.receiver().open(VethPair.address(1)))) {
            for (int bytes : payloads) {
                tell(round, result, new PortRun(sender, receiver, bytes).measure(warmUpNs, ns(seconds)));
            }
            if (!noLatency) {
                EchoRun echo = new EchoRun(sender, receiver);
                result.add("echo", echo.echo(warmUpNs, ns(seconds)));
                result.add("replay", echo.replay(replayPerSecond, warmUpNs, ns(seconds)));
            }
        }
    }

    private void tell(int round, ContenderResult result, Throughput throughput) {
        result.add(throughput);
        say(String.format(
                Locale.ROOT,
                "round %d  %-15s %5d bytes %7.2f Gbit/s %9.0f packets/s %6.2f CPU s/GiB  lost %.2f %%%s",
                round,
                result.name(),
                throughput.payloadBytes(),
                throughput.gigabitsPerSecond(),
                throughput.packetsPerSecond(),
                throughput.cpuSecondsPerGib(),
                throughput.lossRatio() * 100,
                throughput.drops().isEmpty() ? "" : " " + throughput.drops()));
    }

    private List<String> table(List<ContenderResult> results) {
        List<String> lines = new ArrayList<>();
        for (int bytes : payloads) {
            lines.add(String.format(
                    "%-16s %8s %16s %12s %10s   medians, %d bytes",
                    "", "Gbit/s", "min..max", "packets/s", "CPU s/GiB", bytes));
            for (ContenderResult result : results) {
                double[] range = result.range(bytes, Throughput::gigabitsPerSecond);
                lines.add(String.format(
                        Locale.ROOT,
                        "%-16s %8.2f %7.2f..%7.2f %12.0f %10.2f",
                        result.name(),
                        result.median(bytes, Throughput::gigabitsPerSecond),
                        range[0],
                        range[1],
                        result.median(bytes, Throughput::packetsPerSecond),
                        result.median(bytes, Throughput::cpuSecondsPerGib)));
            }
        }
        for (ContenderResult result : results) {
            result.latencies()
                    .forEach((mode, histogram) -> lines.add(String.format(
                            Locale.ROOT,
                            "%-16s %-7s p50 %7.1f  p99 %7.1f  p99.9 %7.1f  max %8.1f us, %d answers",
                            result.name(),
                            mode,
                            histogram.getValueAtPercentile(50) / 1e3,
                            histogram.getValueAtPercentile(99) / 1e3,
                            histogram.getValueAtPercentile(99.9) / 1e3,
                            histogram.getMaxValue() / 1e3,
                            histogram.getTotalCount())));
        }
        ratios(results).forEach((name, ratio) -> lines.add(name + ": " + ratio));
        return lines;
    }

    /** What the carrier is held against, by payload. */
    private Map<String, Object> ratios(List<ContenderResult> results) {
        Map<String, Object> ratios = new LinkedHashMap<>();
        for (int bytes : payloads) {
            double rings = packets(results, Contender.RINGS, bytes);
            ratio(ratios, "afxdp_to_sendmmsg_" + bytes, rings / packets(results, Contender.MESSAGES, bytes));
            ratio(ratios, "afxdp_to_bare_" + bytes, rings / packets(results, Contender.BARE, bytes));
        }
        return ratios;
    }

    private static void ratio(Map<String, Object> ratios, String name, double value) {
        if (!Double.isNaN(value)) {
            ratios.put(name, Math.round(value * 100) / 100.0);
        }
    }

    private static double packets(List<ContenderResult> results, String name, int bytes) {
        return results.stream()
                .filter(result -> result.name().equals(name))
                .mapToDouble(result -> result.median(bytes, Throughput::packetsPerSecond))
                .findFirst()
                .orElse(Double.NaN);
    }

    private void writePage(List<ContenderResult> results) throws CommandException {
        if (html == null) {
            return;
        }
        String summary = String.format(
                Locale.ROOT,
                "%d rounds in turn, %.1f s each; MTU %d; every datagram is a frame of its own on the link; medians, and a line from "
                        + "the lowest to the highest.",
                rounds,
                seconds,
                mtuBytes);
        try {
            AtomicFile.write(html, AfXdpPage.html(summary, LoopbackHost.line(LoopbackHost.tree()), payloads, results));
        } catch (IOException e) {
            throw new CommandException(ExitCode.LOCAL_IO, "local_io", "cannot write " + html + ": " + e.getMessage());
        }
    }

    private static long ns(double seconds) {
        return Math.round(seconds * 1e9);
    }
}
