package io.packetfs.swarm;

import io.packetfs.transfer.record.VerifyKind;
import java.util.List;

/** What a scenario moves. */
public sealed interface Work {
    /** The most bytes of one blob and of one file: they are in memory, or on the disk twice. */
    long BYTES_MAX = 256L << 20;

    /** The most connections of one transfer. */
    int STREAMS_MAX = 16;

    /**
     * Grams over connections.
     *
     * @param connections one or more, at most {@link Scenario#LIST_MAX}
     */
    record Grams(List<Dialogue> connections) implements Work {
        public Grams {
            connections = List.copyOf(connections);
            Scenario.check("connections", connections.size(), 1, Scenario.LIST_MAX);
            long bytes = connections.stream()
                    .flatMap(dialogue -> dialogue.batches().stream())
                    .mapToLong(Batch::totalBytesMax)
                    .sum();
            Scenario.check("bytes of all grams", bytes, 0, BYTES_MAX);
        }
    }

    /**
     * Files, sent from one folder to another as {@code pfs-udp send} and {@code recv} do.
     *
     * @param fileBytes the length of each, at most {@link Scenario#LIST_MAX} of them
     * @param verify the digest that is compared
     * @param streams over how many connections, 1 to {@link #STREAMS_MAX}
     */
    record Files(List<Long> fileBytes, VerifyKind verify, int streams) implements Work {
        public Files {
            fileBytes = List.copyOf(fileBytes);
            Scenario.check("streams", streams, 1, STREAMS_MAX);
            Scenario.check("files", fileBytes.size(), 1, Scenario.LIST_MAX);
            fileBytes.forEach(bytes -> Scenario.check("bytes of a file", bytes, 0, BYTES_MAX));
            Scenario.check(
                    "bytes of all files",
                    fileBytes.stream().mapToLong(Long::longValue).sum(),
                    0,
                    BYTES_MAX);
        }
    }
}
