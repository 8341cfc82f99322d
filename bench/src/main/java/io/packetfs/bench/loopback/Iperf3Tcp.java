package io.packetfs.bench.loopback;

import io.packetfs.cli.CommandException;
import io.packetfs.cli.ExitCode;
import io.packetfs.cli.JsonFile;
import io.packetfs.cli.KernelTcp;
import io.packetfs.cli.Signals;
import io.packetfs.cli.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The kernel's TCP, driven by iperf3 from memory to memory over one connection, not encrypted. Its goodput is what iperf3's receiver saw;
 * its processor time is looked at from outside, like everybody's.
 */
final class Iperf3Tcp implements Contender {
    private static final int ATTEMPTS_MAX = 20;
    private static final long ATTEMPT_MS = 100;
    private static final long GRACE_MS = 10_000;

    /** It goes by time alone: the least it is taken to move in a second. */
    private static final double BYTES_PER_SECOND_MIN = 1e9;

    /** How far from the ends of the steady part processor time is looked at: starting takes iperf3 a moment. */
    private static final long MARGIN_MS = 150;

    private final String name;
    private final String congestion;
    private final Path program;

    /** @param program null if this machine has none */
    Iperf3Tcp(String name, String congestion, Path program) {
        this.name = name;
        this.congestion = congestion;
        this.program = program;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String what() {
        return "the kernel's TCP with " + congestion.toUpperCase(Locale.ROOT) + ", by iperf3, not encrypted";
    }

    @Override
    public String unavailabilityCause() {
        return KernelTcp.unavailabilityCause(program, congestion);
    }

    @Override
    public Measurement measure(LoopbackPlan plan, Signals signals) throws CommandException {
        String port = Integer.toString(FreePort.tcp());
        try (TemporaryFolder folder = TemporaryFolder.make(null, 0);
                Program server = Program.start(
                        "iperf3 server",
                        List.of(program.toString(), "-s", "-1", "-B", "127.0.0.1", "-p", port),
                        folder.file("server.out"))) {
            CommandException failure = null;
            for (int i = 0; i < ATTEMPTS_MAX && server.isRunning(); i++) {
                Pause.ms(ATTEMPT_MS, signals);
                try {
                    return runClient(plan, port, folder.file("client.json"), server, signals);
                } catch (CommandException e) {
                    if (signals.received() != 0) {
                        throw e;
                    }
                    // Most likely the server does not listen yet.
                    failure = e;
                }
            }
            throw failure == null ? failed("the server ended") : failure;
        }
    }

    private Measurement runClient(LoopbackPlan plan, String port, Path json, Program server, Signals signals)
            throws CommandException {
        long warmUpSeconds = (long) Math.ceil(plan.warmUpSeconds());
        long seconds = (long) Math.ceil(Math.max(plan.seconds(), plan.bytesMin() / BYTES_PER_SECOND_MIN));
        List<String> command = new ArrayList<>(List.of(program.toString(), "-c", "127.0.0.1", "-p", port, "-J"));
        command.addAll(List.of("-C", congestion, "-O", Long.toString(warmUpSeconds), "-t", Long.toString(seconds)));
        try (Program client = Program.start("iperf3 client", command, json)) {
            client.pause(warmUpSeconds * 1_000 + MARGIN_MS, signals);
            long firstNs = System.nanoTime();
            double busyFirst = MachineUsage.busySeconds();
            ProcessUsage sentFirst = ProcessUsage.ofAny(client.pid());
            ProcessUsage receivedFirst = ProcessUsage.ofAny(server.pid());
            client.pause(seconds * 1_000 - 2 * MARGIN_MS, signals);
            ProcessUsage sentLast = ProcessUsage.ofAny(client.pid());
            ProcessUsage receivedLast = ProcessUsage.ofAny(server.pid());
            double busySeconds = MachineUsage.busySeconds() - busyFirst;
            double sentCpuSeconds = sentLast.cpuSeconds() - sentFirst.cpuSeconds();
            double receivedCpuSeconds = receivedLast.cpuSeconds() - receivedFirst.cpuSeconds();
            double share = seconds / ((System.nanoTime() - firstNs) / 1e9);
            client.awaitEnd(seconds * 1_000 + GRACE_MS, signals);
            double bytesPerSecond = bytesPerSecond(json);
            return new Measurement(
                    seconds,
                    Math.round(bytesPerSecond * seconds),
                    Tally.UNKNOWN,
                    Tally.UNKNOWN,
                    sentCpuSeconds * share,
                    receivedCpuSeconds * share,
                    Math.max(0, busySeconds - sentCpuSeconds - receivedCpuSeconds) * share,
                    sentLast.residentBytesMax(),
                    receivedLast.residentBytesMax(),
                    Tally.UNKNOWN,
                    List.of());
        }
    }

    private static double bytesPerSecond(Path json) throws CommandException {
        try {
            Map<String, Object> result = JsonFile.parse(Files.readString(json));
            if (result.get("error") == null
                    && result.get("end") instanceof Map<?, ?> end
                    && end.get("sum_received") instanceof Map<?, ?> received
                    && received.get("bits_per_second") instanceof Number rate) {
                return rate.doubleValue() / 8;
            }
            throw failed("no result: " + result.get("error"));
        } catch (IOException e) {
            throw failed("no result: " + e.getMessage());
        }
    }

    private static CommandException failed(String how) {
        return new CommandException(ExitCode.INTERNAL, "iperf3", "iperf3: " + how);
    }
}
