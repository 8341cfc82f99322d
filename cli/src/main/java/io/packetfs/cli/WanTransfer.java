package io.packetfs.cli;

import io.packetfs.protocol.GramLimits;
import io.packetfs.protocol.PacketHeader;
import io.packetfs.protocol.PieceFrame;
import io.packetfs.sim.LinkSettings;
import io.packetfs.sim.NamespacePair;
import io.packetfs.sim.NamespacePair.Host;
import io.packetfs.transfer.Texts;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A sealed file, sent by this program to itself: {@code send} on host A, {@code recv} on host B. The file is larger than the wire can carry
 * in the time, so that the transfer is ended, not over. The source is all holes, the target in memory if there is a file system for that:
 * disks are not what is measured.
 */
final class WanTransfer implements WanContender {
    private static final File NOWHERE = new File("/dev/null");
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final long READY_TIMEOUT_MS = 30_000;
    private static final int TAG_BYTES = 16;

    /** How much longer than the plan a run may take, for starting and for lines that come once per second. */
    private static final long GRACE_NS = 30_000_000_000L;

    /** For how much longer than the plan the file would last if nothing were lost. */
    private static final int SPARE_SECONDS = 5;

    /** How often the progress is looked at: the wire's counters are read with it, and are as exact as this. */
    private static final long LOOK_MS = 10;

    private final String name;
    private final String congestion;

    WanTransfer(String name, String congestion) {
        this.name = name;
        this.congestion = congestion;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public double payloadShare() {
        int room = NamespacePair.MTU_BYTES_DEFAULT
                - LinkSettings.HEADER_BYTES
                - PacketHeader.BYTES
                - PieceFrame.BYTES
                - TAG_BYTES;
        return (double) (room / GramLimits.GRAIN_BYTES * GramLimits.GRAIN_BYTES) / NamespacePair.MTU_BYTES_DEFAULT;
    }

    @Override
    public String unavailabilityCause() {
        return null;
    }

    @Override
    public WanMeasurement measure(NamespacePair hosts, WanPlan plan, Signals signals) throws CommandException {
        long sizeBytes = (long) (plan.rateBitsPerSecond() / 8.0 * (plan.totalSeconds() + SPARE_SECONDS));
        try (TemporaryFolder folder =
                TemporaryFolder.make(Files.isWritable(MEMORY) ? MEMORY : null, sizeBytes + (16L << 20))) {
            Path source = folder.file("source");
            try (RandomAccessFile file = new RandomAccessFile(source.toFile(), "rw")) {
                file.setLength(sizeBytes);
            }
            return measure(hosts, plan, signals, folder, source);
        } catch (IOException e) {
            throw new CommandException(ExitCode.LOCAL_IO, "local_io", "cannot measure: " + Texts.reason(e));
        }
    }

    private WanMeasurement measure(
            NamespacePair hosts, WanPlan plan, Signals signals, TemporaryFolder folder, Path source)
            throws CommandException, IOException {
        Path ticket = folder.file("ticket");
        Path progress = folder.file("progress");
        Path sent = folder.file("sent.json");
        List<String> receive = new ArrayList<>(List.of("recv", "--progress", "plain"));
        receive.addAll(List.of("--listen", hosts.address(Host.B).getHostAddress() + ":0"));
        receive.addAll(
                List.of("--ticket-file", ticket.toString(), folder.file("out").toString()));
        try (Child receiver = start("receiver", hosts.command(Host.B, Child.commandLine(receive)), progress)) {
            List<String> send = new ArrayList<>(List.of("send", "--quiet", "--json", sent.toString()));
            send.addAll(List.of("--cc", congestion));
            send.add(receiver.awaitFile(ticket, signals, READY_TIMEOUT_MS).strip());
            send.add(source.toString());
            Window window = new Window(hosts, plan);
            try (Child sender =
                    start("sender", hosts.command(Host.A, Child.commandLine(send)), folder.file("sender.err"))) {
                long deadlineNs = System.nanoTime() + plan.totalSeconds() * 1_000_000_000L + GRACE_NS;
                while (!window.isOver() && sender.isRunning() && System.nanoTime() - deadlineNs < 0) {
                    sender.pause(signals, LOOK_MS);
                    window.onProgress(ProgressLog.last(Files.readString(progress)));
                }
                goOn(sender, plan, signals);
            }
            if (!window.isOver()) {
                throw new CommandException(
                        ExitCode.INTERNAL,
                        "child_failed",
                        "the transfer ended early: "
                                + Files.readString(folder.file("sender.err")).strip());
            }
            Map<String, Object> summary = Child.summary(sent);
            return window.measurement(retransmitted(summary), rttUsMedian(summary));
        }
    }

    /** For those that are still measured. */
    private static void goOn(Child sender, WanPlan plan, Signals signals) throws CommandException {
        long endNs = System.nanoTime() + plan.tailSeconds() * 1_000_000_000L;
        while (sender.isRunning() && System.nanoTime() - endNs < 0) {
            sender.pause(signals);
        }
    }

    private static Child start(String name, List<String> commandLine, Path errors) throws CommandException {
        return Child.start(name, commandLine, NOWHERE, ProcessBuilder.Redirect.to(errors.toFile()));
    }

    private static long retransmitted(Map<String, Object> summary) {
        return summary.get("wire") instanceof Map<?, ?> wire && wire.get("retransmitted") instanceof Number count
                ? count.longValue()
                : 0;
    }

    private static Double rttUsMedian(Map<String, Object> summary) {
        return summary.get("rtt_us") instanceof Map<?, ?> rtt && rtt.get("p50") instanceof Number median
                ? (Double) median.doubleValue()
                : null;
    }

    /** The steady part: from the first sample after the warm-up to the first that is as long after it as the plan says, to half a second. */
    private static final class Window {
        /** Samples come once in a second, more or less. */
        private static final double SAMPLE_TOLERANCE_S = 0.5;

        private final NamespacePair hosts;
        private final WanPlan plan;
        private ProgressLog.Sample first;
        private ProgressLog.Sample last;
        private long firstWireBytes;
        private long firstWirePackets;
        private long wireBytes;
        private long wirePackets;

        Window(NamespacePair hosts, WanPlan plan) {
            this.hosts = hosts;
            this.plan = plan;
        }

        /** Called soon after the sample was taken, so that the wire's counters go with it. */
        void onProgress(ProgressLog.Sample sample) {
            if (sample == null
                    || sample.equals(last)
                    || sample.elapsedSeconds() < plan.warmUpSeconds() - SAMPLE_TOLERANCE_S) {
                return;
            }
            last = sample;
            if (first == null) {
                first = sample;
                firstWireBytes = WanContender.wireBytes(hosts);
                firstWirePackets = WanContender.wirePackets(hosts);
            }
            wireBytes = WanContender.wireBytes(hosts) - firstWireBytes;
            wirePackets = WanContender.wirePackets(hosts) - firstWirePackets;
        }

        boolean isOver() {
            return first != null
                    && last.elapsedSeconds() - first.elapsedSeconds() >= plan.seconds() - SAMPLE_TOLERANCE_S;
        }

        WanMeasurement measurement(long retransmitted, Double rttUsMedian) {
            long payloadBytes = last.bytes() - first.bytes();
            double seconds = last.elapsedSeconds() - first.elapsedSeconds();
            return new WanMeasurement(
                    payloadBytes * 8 / seconds, payloadBytes, wireBytes, wirePackets, retransmitted, rttUsMedian);
        }
    }
}
