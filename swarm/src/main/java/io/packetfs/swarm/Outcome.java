package io.packetfs.swarm;

import java.util.List;

/**
 * How a run went.
 *
 * @param failure what was wrong; null if nothing was
 * @param virtualNs how long it lasted in virtual time, nanoseconds
 * @param packetLogHash everything that happened to every datagram, as one number
 * @param units grams or files that arrived
 * @param bytes payload bytes that arrived
 * @param datagrams how many were sent, both ways
 * @param events what happened, with its time, at most {@link RunLog#LINES_MAX} lines
 */
public record Outcome(
        long seed,
        String failure,
        long virtualNs,
        long packetLogHash,
        long units,
        long bytes,
        long datagrams,
        List<String> events) {
    public Outcome {
        events = List.copyOf(events);
    }

    public boolean isClean() {
        return failure == null;
    }
}
