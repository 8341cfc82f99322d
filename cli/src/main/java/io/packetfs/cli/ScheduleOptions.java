package io.packetfs.cli;

import io.packetfs.blob.Blob;
import io.packetfs.endpoint.OutboundGram;
import io.packetfs.pcpu.Program;
import io.packetfs.pcpu.RefusedException;
import io.packetfs.pcpu.Schedule;
import io.packetfs.transfer.DescriptorFeed;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Option;

/** What of a blob {@code send} names when grams carry no payload, and what the receiver shall do with it. */
final class ScheduleOptions {
    /** In which order descriptors come. */
    enum Order {
        CONTIGUOUS,
        SCATTER
    }

    @Option(
            names = "--mode",
            paramLabel = "payload|offset|arithmetic",
            defaultValue = "payload",
            description =
                    "What grams carry (default ${DEFAULT-VALUE}). In the other two PATH is one blob that the receiver"
                            + " holds, too, and only descriptors travel: one by one, or as runs of equal strides.")
    GramMode mode;

    @Option(
            names = "--schedule",
            paramLabel = "contiguous|scatter",
            defaultValue = "contiguous",
            description = "Without payload: the blob from first to last, or in an order drawn by --seed (default"
                    + " ${DEFAULT-VALUE}).")
    private Order order;

    @Option(
            names = "--segment",
            paramLabel = "BYTES",
            defaultValue = "4096",
            description = "Without payload: the length of each descriptor (default ${DEFAULT-VALUE}).")
    private int segmentBytes;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "42", description = "Draws the order of scatter.")
    private long seed;

    @Option(
            names = "--program",
            paramLabel = "TEXT",
            description = "Without payload: a program for the receiver to run over each gram's descriptors, such as"
                    + " counteq:0; what it answers goes to standard output, a line for each.")
    private String program;

    boolean hasPayload() {
        return mode == GramMode.PAYLOAD;
    }

    /** Why the options do not go together; null if they do. */
    String conflict() {
        if (segmentBytes < 1 || segmentBytes > OutboundGram.DESCRIPTOR_BYTES) {
            return "--segment is 1 to " + OutboundGram.DESCRIPTOR_BYTES;
        }
        if (program == null) {
            return null;
        }
        if (hasPayload()) {
            return "--program needs --mode offset or arithmetic";
        }
        try {
            Program.parse(program);
            return null;
        } catch (RefusedException e) {
            return "--program: " + e.getMessage();
        }
    }

    String program() {
        return program == null ? "" : program;
    }

    void describe(Map<String, Object> config) {
        config.put("mode", mode.name().toLowerCase(Locale.ROOT));
        config.put("schedule", hasPayload() ? null : order.name().toLowerCase(Locale.ROOT));
        config.put("segment_bytes", hasPayload() ? null : segmentBytes);
        config.put("program", program);
    }

    /** All of the blob in descriptors. */
    DescriptorFeed feed(Blob blob) throws CommandException {
        try {
            Schedule schedule = order == Order.SCATTER
                    ? Schedule.scatter(blob.sizeBytes(), segmentBytes, seed)
                    : Schedule.contiguous(blob.sizeBytes(), segmentBytes);
            int[] given = {0};
            return (list, countMax) -> {
                while (list.count() < countMax && given[0] < schedule.count()) {
                    list.add(schedule.offset(given[0]), schedule.length(given[0]));
                    given[0]++;
                }
            };
        } catch (RefusedException e) {
            throw new CommandException(ExitCode.USAGE, "schedule", e.getMessage());
        }
    }
}
