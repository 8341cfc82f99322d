package io.packetfs.endpoint;

import org.agrona.collections.Long2ObjectHashMap;

/**
 * Holds back the grams of one ordered lane until those before them have come (spec: GRM-8). What is held is bounded by the gram
 * window and by the flow credit, which held grams keep.
 */
final class OrderedLane {
    private final Long2ObjectHashMap<InboundGram> held = new Long2ObjectHashMap<>();
    private long nextSequence;

    /** Takes a complete gram. Returns false if its place in the order was taken already. */
    boolean add(long sequence, InboundGram gram) {
        return sequence >= nextSequence && held.putIfAbsent(sequence, gram) == null;
    }

    /** The next gram in order, if it has come; null otherwise. */
    InboundGram poll() {
        InboundGram gram = held.remove(nextSequence);
        if (gram != null) {
            nextSequence++;
        }
        return gram;
    }
}
