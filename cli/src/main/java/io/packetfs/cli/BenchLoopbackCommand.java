package io.packetfs.cli;

import io.packetfs.transfer.Texts;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pfs-udp bench loopback}: one file from process to process over loopback, in rounds that take turns. */
@Command(
        name = "loopback",
        description =
                "Moves a file between two processes over loopback, in rounds that take turns, and reports medians.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class BenchLoopbackCommand extends ReportCommand {
    private static final long READY_TIMEOUT_MS = 30_000;
    private static final File NOWHERE = new File("/dev/null");

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            defaultValue = "512M",
            converter = Units.ByteCountConverter.class,
            description = "Size of the file (default ${DEFAULT-VALUE}).")
    private long sizeBytes;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "How often each is measured (default ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Where files lie meanwhile (default: the temporary folder).")
    private Path parent;

    @Option(names = "--gso", paramLabel = "auto|on|off", defaultValue = "auto", description = "Segmentation offload.")
    private String gso;

    @Option(names = "--gro", paramLabel = "auto|on|off", defaultValue = "auto", description = "Receive offload.")
    private String gro;

    @Option(names = "--datagram", paramLabel = "auto|BYTES", defaultValue = "auto", description = "UDP payload.")
    private String datagram;

    /** One thing that is measured; a round of it gives bits per second. */
    private record Contender(String name, String what, Round round) {}

    /** One measurement. */
    @FunctionalInterface
    private interface Round {
        Measurement run(TemporaryFolder folder) throws CommandException;
    }

    /**
     * What one round gave.
     *
     * @param cpuSecondsPerGib of both ends together; NaN if not known
     */
    private record Measurement(double bitsPerSecond, double cpuSecondsPerGib) {}

    @Override
    String schema() {
        return "pfs-udp.bench-loopback/1";
    }

    @Override
    ExitCode run(Map<String, Object> report) throws CommandException {
        if (rounds < 1 || rounds > 100) {
            throw new CommandException(ExitCode.USAGE, "usage", "--rounds is a count from 1 to 100");
        }
        List<Contender> contenders = new ArrayList<>();
        contenders.add(new Contender("pfs-udp sealed", "file to file, AES-256-GCM", this::sealed));
        contenders.add(new Contender("pfs-udp insecure", "file to file, CRC32C", this::insecure));
        Iperf3 iperf3 = Iperf3.find();
        if (iperf3 == null) {
            say("iperf3 is not installed: no comparison with plain TCP");
        } else {
            contenders.add(new Contender("iperf3 tcp", "memory to memory, not encrypted", folder -> iperf3(iperf3)));
        }
        Map<String, List<Measurement>> measurements = new LinkedHashMap<>();
        contenders.forEach(contender -> measurements.put(contender.name(), new ArrayList<>()));
        try (TemporaryFolder folder = TemporaryFolder.make(parent, 2 * sizeBytes + (64L << 20))) {
            TestData.write(folder.file("data"), sizeBytes, new SplittableRandom(1));
            for (int i = 0; i < rounds; i++) {
                for (Contender contender : contenders) {
                    Measurement measurement = contender.round().run(folder);
                    measurements.get(contender.name()).add(measurement);
                    say("round " + (i + 1) + "  " + contender.name() + "  "
                            + Units.bitRate(measurement.bitsPerSecond()));
                }
            }
        } catch (IOException e) {
            throw new CommandException(ExitCode.LOCAL_IO, "local_io", "cannot write test data: " + Texts.reason(e));
        }
        report.put("config", config());
        report.put("results", show(contenders, measurements));
        return ExitCode.OK;
    }

    private Map<String, Object> config() {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("bytes", sizeBytes);
        config.put("rounds", rounds);
        config.put("gso", gso);
        config.put("gro", gro);
        config.put("datagram", datagram);
        return config;
    }

    private Measurement sealed(TemporaryFolder folder) throws CommandException {
        return transfer(folder, List.of());
    }

    private Measurement insecure(TemporaryFolder folder) throws CommandException {
        return transfer(folder, List.of("--insecure"));
    }

    private Measurement transfer(TemporaryFolder folder, List<String> protection) throws CommandException {
        try (TemporaryFolder round = TemporaryFolder.make(folder.path(), 0)) {
            Path ticket = round.file("ticket");
            List<String> receive = arguments("recv", round.file("recv.json"), protection);
            receive.addAll(List.of("--listen", "127.0.0.1:0", "--ticket-file", ticket.toString()));
            receive.add(round.file("out").toString());
            try (Child receiver = Child.start("receiver", NOWHERE, receive)) {
                List<String> send = arguments("send", round.file("send.json"), protection);
                send.add(receiver.awaitFile(ticket, signals(), READY_TIMEOUT_MS).strip());
                send.add(folder.file("data").toString());
                try (Child sender = Child.start("sender", NOWHERE, send)) {
                    sender.await(signals());
                }
                receiver.await(signals());
            }
            Map<String, Object> sent = Child.summary(round.file("send.json"));
            Map<String, Object> received = Child.summary(round.file("recv.json"));
            double cpu = number(sent.get("cpu_s_per_gib")) + number(received.get("cpu_s_per_gib"));
            return new Measurement(number(received.get("goodput_bps")), cpu);
        }
    }

    private List<String> arguments(String command, Path json, List<String> protection) {
        List<String> arguments = new ArrayList<>(List.of(command, "--quiet", "--json", json.toString()));
        arguments.addAll(List.of("--gso", gso, "--gro", gro, "--datagram", datagram));
        arguments.addAll(protection);
        return arguments;
    }

    private Measurement iperf3(Iperf3 iperf3) throws CommandException {
        return new Measurement(iperf3.measureBitsPerSecond(), Double.NaN);
    }

    private static double number(Object value) {
        return value instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    private List<Map<String, Object>> show(List<Contender> contenders, Map<String, List<Measurement>> measurements) {
        List<Map<String, Object>> results = new ArrayList<>();
        terminal().line(String.format("%-18s %14s %14s %14s %10s", "", "median", "lowest", "highest", "cpu s/GiB"));
        for (Contender contender : contenders) {
            List<Measurement> all = measurements.get(contender.name());
            double[] rates = all.stream()
                    .mapToDouble(Measurement::bitsPerSecond)
                    .sorted()
                    .toArray();
            double[] cpus = all.stream()
                    .mapToDouble(Measurement::cpuSecondsPerGib)
                    .sorted()
                    .toArray();
            double cpu = median(cpus);
            terminal()
                    .line(String.format(
                            Locale.ROOT,
                            "%-18s %14s %14s %14s %10s  %s",
                            contender.name(),
                            Units.bitRate(median(rates)),
                            Units.bitRate(rates[0]),
                            Units.bitRate(rates[rates.length - 1]),
                            Double.isNaN(cpu) ? "-" : String.format(Locale.ROOT, "%.2f", cpu),
                            contender.what()));
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("name", contender.name());
            result.put("what", contender.what());
            result.put("goodput_bps_median", median(rates));
            result.put("goodput_bps_min", rates[0]);
            result.put("goodput_bps_max", rates[rates.length - 1]);
            result.put("cpu_s_per_gib_median", Double.isNaN(cpu) ? null : cpu);
            result.put("rounds", rates.length);
            results.add(result);
        }
        return results;
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
