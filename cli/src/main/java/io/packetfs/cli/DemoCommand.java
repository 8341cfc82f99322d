package io.packetfs.cli;

import io.packetfs.protocol.Ticket;
import io.packetfs.protocol.TicketException;
import io.packetfs.sim.LinkCounters;
import io.packetfs.sim.LinkEvent;
import io.packetfs.sim.LinkSettings;
import io.packetfs.sim.Reordering;
import io.packetfs.sim.UdpRelay;
import io.packetfs.transfer.Texts;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pfs-udp demo}: a real sender and a real receiver, each a process, with a lossy link between them. */
@Command(
        name = "demo",
        description =
                "Sends files from one process to another over a lossy link that it makes itself, and checks them.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class DemoCommand extends ReportCommand {
    private static final double REORDERING_PROBABILITY = 0.01;
    private static final double DUPLICATE_PROBABILITY = 0.002;
    private static final int SMALL_FILE_COUNT = 20;
    private static final int SMALL_FILE_BYTES = 10_000;
    private static final long READY_TIMEOUT_MS = 30_000;
    private static final File NOWHERE = new File("/dev/null");

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            defaultValue = "256M",
            converter = Units.ByteCountConverter.class,
            description = "How much to send (default ${DEFAULT-VALUE}).")
    private long sizeBytes;

    @Option(
            names = "--loss",
            paramLabel = "PERCENT",
            defaultValue = "2",
            description = "Datagrams lost, each way (default ${DEFAULT-VALUE}).")
    private double lossPercent;

    @Option(
            names = "--rtt",
            paramLabel = "TIME",
            defaultValue = "20ms",
            converter = Units.DurationConverter.class,
            description = "Round trip of the link (default ${DEFAULT-VALUE}).")
    private Duration rtt;

    @Option(
            names = "--rate",
            paramLabel = "BITS",
            defaultValue = "200M",
            converter = Units.BitRateConverter.class,
            description = "Rate of the link in bits per second (default ${DEFAULT-VALUE}).")
    private long rateBitsPerSecond;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Replays the same data and the same dice (default ${DEFAULT-VALUE}).")
    private long seed;

    @Override
    protected String schema() {
        return "pfs-udp.demo/1";
    }

    @Override
    protected ExitCode run(Map<String, Object> report) throws CommandException {
        if (lossPercent < 0 || lossPercent > 50) {
            throw new CommandException(ExitCode.USAGE, "usage", "--loss is a percentage from 0 to 50");
        }
        report.put("link", link());
        say(String.format(
                Locale.ROOT,
                "%s over a link of %s with %s round trip, %s %% loss each way, 1 %% reordered; seed %d",
                Units.bytes(sizeBytes),
                Units.bitRate((double) rateBitsPerSecond),
                rtt.toMillis() + " ms",
                lossPercent,
                seed));
        try (TemporaryFolder folder = TemporaryFolder.make(null, 2 * sizeBytes + (64L << 20))) {
            makeFiles(folder.file("demo"));
            LinkCounters[] counters = transfer(folder);
            Map<String, Object> sender = Child.summary(folder.file("send.json"));
            Map<String, Object> receiver = Child.summary(folder.file("recv.json"));
            boolean same = compare(folder);
            report.put("sender", sender);
            report.put("receiver", receiver);
            report.put("verified", same);
            show(sender, receiver, counters, same);
            return same ? ExitCode.OK : ExitCode.INTEGRITY;
        }
    }

    private Map<String, Object> link() {
        Map<String, Object> link = new LinkedHashMap<>();
        link.put("rtt_ms", rtt.toMillis());
        link.put("rate_bps", rateBitsPerSecond);
        link.put("loss_ratio", lossPercent / 100);
        link.put("reordered_ratio", REORDERING_PROBABILITY);
        link.put("duplicated_ratio", DUPLICATE_PROBABILITY);
        link.put("seed", seed);
        return link;
    }

    private void makeFiles(Path root) throws CommandException {
        SplittableRandom random = new SplittableRandom(seed);
        try {
            Files.createDirectories(root.resolve("many"));
            long smallBytes = Math.min(sizeBytes / 2, (long) SMALL_FILE_COUNT * SMALL_FILE_BYTES);
            for (int i = 0; i < SMALL_FILE_COUNT; i++) {
                TestData.write(root.resolve("many").resolve("file " + i), smallBytes / SMALL_FILE_COUNT, random);
            }
            TestData.write(
                    root.resolve("large.bin"), sizeBytes - smallBytes / SMALL_FILE_COUNT * SMALL_FILE_COUNT, random);
        } catch (IOException e) {
            throw new CommandException(ExitCode.LOCAL_IO, "local_io", "cannot write test data: " + Texts.reason(e));
        }
    }

    /** Returns what the link did upstream and downstream. */
    private LinkCounters[] transfer(TemporaryFolder folder) throws CommandException {
        Path ticketFile = folder.file("ticket");
        List<String> receive = List.of(
                "recv",
                "--quiet",
                "--listen",
                "127.0.0.1:0",
                "--ticket-file",
                ticketFile.toString(),
                "--json",
                folder.file("recv.json").toString(),
                folder.file("received").toString());
        try (Child receiver = Child.start("receiver", NOWHERE, receive)) {
            Ticket direct = ticket(receiver.awaitFile(ticketFile, signals(), READY_TIMEOUT_MS));
            InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            try (UdpRelay relay = UdpRelay.start(anyPort, direct.addresses().getFirst(), settings(), seed)) {
                String ticket = new Ticket(
                                direct.flags(),
                                direct.ticketId(),
                                direct.publicKey(),
                                direct.secret(),
                                List.of(relay.address()))
                        .encode();
                List<String> send = List.of(
                        "send",
                        "--progress",
                        output.quiet ? "none" : output.progress.name().toLowerCase(Locale.ROOT),
                        "--json",
                        folder.file("send.json").toString(),
                        ticket,
                        folder.file("demo").toString());
                try (Child sender = Child.start("sender", NOWHERE, send)) {
                    sender.await(signals());
                }
                receiver.await(signals());
                return new LinkCounters[] {
                    relay.counters(UdpRelay.Direction.UPSTREAM), relay.counters(UdpRelay.Direction.DOWNSTREAM)
                };
            }
        }
    }

    private LinkSettings settings() {
        long delayNs = rtt.toNanos() / 2;
        return LinkSettings.builder()
                .delayNs(delayNs)
                .rateBitsPerSecond(rateBitsPerSecond)
                .lossProbability(lossPercent / 100)
                .reordering(new Reordering(REORDERING_PROBABILITY, delayNs / 20, delayNs / 4))
                .duplicateProbability(DUPLICATE_PROBABILITY)
                .build();
    }

    private static Ticket ticket(String text) throws CommandException {
        try {
            return Ticket.parse(text);
        } catch (TicketException e) {
            throw new CommandException(ExitCode.INTERNAL, "internal", "the receiver's ticket: " + e.getMessage());
        }
    }

    private static boolean compare(TemporaryFolder folder) throws CommandException {
        try {
            return TestData.digests(folder.file("demo"))
                    .equals(TestData.digests(folder.file("received").resolve("demo")));
        } catch (IOException e) {
            throw new CommandException(ExitCode.LOCAL_IO, "local_io", "cannot compare: " + Texts.reason(e));
        }
    }

    private void show(Map<String, Object> sender, Map<String, Object> receiver, LinkCounters[] counters, boolean same) {
        Map<?, ?> wire = (Map<?, ?>) sender.get("wire");
        long retransmitted = ((Number) wire.get("retransmitted")).longValue();
        long packets = ((Number) wire.get("packets")).longValue();
        row("goodput", Units.bitRate(((Number) receiver.get("goodput_bps")).doubleValue()));
        row("link up", describe(counters[0]));
        row("link down", describe(counters[1]));
        row(
                "retransmitted",
                String.format(
                        Locale.ROOT,
                        "%d of %d packets (%.2f %%)",
                        retransmitted,
                        packets,
                        100.0 * retransmitted / packets));
        row(
                "overhead",
                String.format(
                        Locale.ROOT,
                        "%.2f %% of the payload, %.2f %% of it the loss itself",
                        100 * ((Number) wire.get("overhead_ratio")).doubleValue(),
                        100 * lossPercent / (100 - lossPercent)));
        row("files", same ? "identical (SHA-256 of each compared)" : "DIFFERENT");
    }

    private void row(String name, String value) {
        terminal().line(String.format("  %-14s %s", name, value));
    }

    private static String describe(LinkCounters counters) {
        long sent = counters.datagrams(LinkEvent.SENT);
        long lost = counters.droppedOnLink();
        return String.format(
                Locale.ROOT,
                "%d datagrams, %d lost (%.2f %%), %d reordered, %d duplicated",
                sent,
                lost,
                sent == 0 ? 0.0 : 100.0 * lost / sent,
                counters.datagrams(LinkEvent.REORDERED),
                counters.datagrams(LinkEvent.DUPLICATED));
    }
}
