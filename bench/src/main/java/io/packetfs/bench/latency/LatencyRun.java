package io.packetfs.bench.latency;

import io.packetfs.bench.loopback.EndProcess;
import io.packetfs.cli.Child;
import io.packetfs.cli.CommandException;
import io.packetfs.cli.ExitCode;
import io.packetfs.cli.Signals;
import io.packetfs.cli.TemporaryFolder;
import io.packetfs.sim.NamespacePair;
import io.packetfs.sim.NamespacePair.Host;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/** One contender at one loss: a wire of its own, and a process at each end of it. */
record LatencyRun(LatencyPlan plan, LatencyContender contender, double loss, Signals signals) {
    private static final long READY_TIMEOUT_MS = 30_000;

    /** How long the last records may take after they were to be sent: those who cannot keep up have much to catch up on. */
    private static final long GRACE_MS = 120_000;

    LatencyResult measure() throws CommandException {
        try (NamespacePair hosts =
                        NamespacePair.open(plan.settings(loss), plan.seed(), NamespacePair.MTU_BYTES_DEFAULT);
                TemporaryFolder folder = TemporaryFolder.make(null, 0)) {
            if (contender.kernelCongestion() != null) {
                for (Host host : Host.values()) {
                    hosts.parameter(host, "net/ipv4/tcp_congestion_control", contender.kernelCongestion());
                }
            }
            return measure(hosts, folder);
        } catch (UncheckedIOException e) {
            return failed(e.getMessage());
        } catch (CommandException e) {
            if (signals.received() != 0) {
                throw e;
            }
            return failed(e.getMessage());
        }
    }

    private LatencyResult measure(NamespacePair hosts, TemporaryFolder folder) throws CommandException {
        List<String> receive = command(
                "receive",
                contender.carrier().name(),
                hosts.address(Host.B).getHostAddress(),
                Integer.toString(plan.totalRecords()),
                Integer.toString(plan.warmUpRecords()));
        try (EndProcess receiver =
                EndProcess.start("receiver", hosts.command(Host.B, receive), folder.file("receiver.err"))) {
            List<String> send = command(
                    "send",
                    contender.carrier().name(),
                    Boolean.toString(contender.isOrdered()),
                    receiver.await(LatencyMain.READY, READY_TIMEOUT_MS, signals),
                    Integer.toString(plan.totalRecords()),
                    Integer.toString(plan.recordsPerSecond()),
                    Integer.toString(plan.recordBytes()));
            try (EndProcess sender =
                    EndProcess.start("sender", hosts.command(Host.A, send), folder.file("sender.err"))) {
                sender.await(LatencyMain.READY, READY_TIMEOUT_MS, signals);
                long runMs = (plan.warmUpSeconds() + plan.seconds()) * 1_000L;
                String[] words = receiver.await(LatencyMain.RESULT, runMs + GRACE_MS, signals)
                        .split(" ", 2);
                int received = Integer.parseInt(words[0]);
                if (received != plan.totalRecords()) {
                    return failed("of " + plan.totalRecords() + " records " + received + " arrived");
                }
                int late = Integer.parseInt(sender.await(LatencyMain.RESULT, GRACE_MS, signals));
                return new LatencyResult(contender, loss, histogram(words[1]), late, null);
            }
        }
    }

    private static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(Child.javaCommand(List.of(), LatencyMain.class));
        command.addAll(List.of(arguments));
        return command;
    }

    private static Histogram histogram(String text) throws CommandException {
        try {
            return Histogram.decodeFromCompressedByteBuffer(
                    ByteBuffer.wrap(Base64.getDecoder().decode(text)), LatencyMain.LATENCY_US_MAX);
        } catch (DataFormatException | IllegalArgumentException e) {
            throw new CommandException(ExitCode.INTERNAL, "child_failed", "the receiver's result cannot be read: " + e);
        }
    }

    private LatencyResult failed(String why) {
        return new LatencyResult(contender, loss, null, 0, why);
    }
}
