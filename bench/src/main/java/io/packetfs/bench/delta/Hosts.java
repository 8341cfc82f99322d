package io.packetfs.bench.delta;

import io.packetfs.cli.CommandException;
import io.packetfs.cli.ExitCode;
import io.packetfs.cli.WireCheck;
import io.packetfs.sim.LinkSettings;
import io.packetfs.sim.NamespacePair;
import io.packetfs.sim.NamespacePair.Host;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Where sender and receiver are, what lies between them, and how many bytes have crossed it. */
final class Hosts implements AutoCloseable {
    private static final long SEED = 1;
    private static final int NAME_FIELDS = 1;
    private static final int RECEIVED_FIELD = 1;
    private static final int SENT_FIELD = 9;

    // Null for loopback.
    private final NamespacePair pair;

    private Hosts(NamespacePair pair) {
        this.pair = pair;
    }

    static Hosts loopback() {
        return new Hosts(null);
    }

    /** A wire between two namespaces. */
    static Hosts wire(long rateBitsPerSecond, long delayNs) throws CommandException {
        WireCheck.requireWire();
        LinkSettings settings = LinkSettings.builder()
                .delayNs(delayNs)
                .rateBitsPerSecond(rateBitsPerSecond)
                .build();
        return new Hosts(NamespacePair.open(settings, SEED, NamespacePair.MTU_BYTES_DEFAULT));
    }

    String receiverAddress() {
        return pair == null ? "127.0.0.1" : pair.address(Host.B).getHostAddress();
    }

    List<String> atSender(List<String> command) {
        return pair == null ? command : pair.command(Host.A, command);
    }

    List<String> atReceiver(List<String> command) {
        return pair == null ? command : pair.command(Host.B, command);
    }

    /** Bytes that have crossed, both ways, as the kernel counts them at the device. */
    long crossedBytes() throws CommandException {
        try {
            String table = pair == null ? Files.readString(Path.of("/proc/net/dev")) : countersAtSender();
            return table.lines().skip(2).mapToLong(this::crossed).sum();
        } catch (IOException e) {
            throw new CommandException(ExitCode.INTERNAL, "internal", "cannot read counters: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        if (pair != null) {
            pair.close();
        }
    }

    /** On loopback what is sent is received; elsewhere loopback does not count. */
    private long crossed(String line) {
        String[] nameAndCounters = line.strip().split(":", NAME_FIELDS + 1);
        boolean isLoopback = nameAndCounters[0].equals("lo");
        if (isLoopback != (pair == null)) {
            return 0;
        }
        long[] counters = Arrays.stream(nameAndCounters[1].strip().split("\\s+"))
                .mapToLong(Long::parseLong)
                .toArray();
        return counters[RECEIVED_FIELD - 1] + (isLoopback ? 0 : counters[SENT_FIELD - 1]);
    }

    private String countersAtSender() throws IOException {
        Process process = new ProcessBuilder(pair.command(Host.A, List.of("cat", "/proc/net/dev"))).start();
        String table = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        try {
            if (process.waitFor() != 0) {
                throw new IOException("cat has failed in the namespace");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted"));
        }
        return table;
    }
}
