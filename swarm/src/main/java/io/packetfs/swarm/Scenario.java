package io.packetfs.swarm;

import java.util.List;
import java.util.Optional;

/**
 * What is to happen in one run: the path, both sides, what they move, and how long nothing may come through. Together with the version
 * of the program it determines the run, datagram by datagram.
 *
 * @param seed what every draw of the run follows from: losses, keys, contents
 * @param up the path from client to server
 * @param down the path from server to client
 * @param addressChanges at most {@link #LIST_MAX}
 * @param blob the common blob, if there is any
 * @param stallNsMax a run fails when so much virtual time passes with work left and nothing delivered, acknowledged or begun
 */
public record Scenario(
        long seed,
        LinkCourse up,
        LinkCourse down,
        EndSettings client,
        EndSettings server,
        Protection protection,
        List<AddressChange> addressChanges,
        Optional<BlobPlan> blob,
        Work work,
        long stallNsMax) {
    /** The longest list in a scenario. */
    public static final int LIST_MAX = 1_000;

    /** The most grams in a batch. */
    public static final int GRAMS_MAX = 1_000_000;

    /** A day: how long a run may last in virtual time. */
    public static final long TIME_NS_MAX = 86_400_000_000_000L;

    /** How long both sides wait for each other unless told otherwise, milliseconds. */
    public static final int IDLE_TIMEOUT_MS = 120_000;

    /** What {@link #stallNsMax} is unless told otherwise: longer than both sides wait for each other. */
    public static final long STALL_NS_MAX = 130_000_000_000L;

    public Scenario {
        addressChanges = List.copyOf(addressChanges);
        check("address_changes", addressChanges.size(), 0, LIST_MAX);
        check("stall_ms_max", stallNsMax, 1, TIME_NS_MAX);
        client.config(null);
        server.config(null);
        requireBlob(blob, work);
    }

    private static void requireBlob(Optional<BlobPlan> blob, Work work) {
        switch (work) {
            case Work.Grams grams -> {
                boolean isNamed = grams.connections().stream()
                        .flatMap(dialogue -> dialogue.batches().stream())
                        .anyMatch(batch -> batch.kind().isWithoutPayload());
                if (isNamed && !blob.map(BlobPlan::isEverywhere).orElse(false)) {
                    throw new IllegalArgumentException("grams without payload need a blob at both sides");
                }
            }
            case Work.Files files -> {
                if (blob.map(BlobPlan::isMismatched).orElse(false)) {
                    throw new IllegalArgumentException("sides that hold different blobs do not move files");
                }
            }
        }
    }

    static void check(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " " + value + " outside " + min + " to " + max);
        }
    }
}
