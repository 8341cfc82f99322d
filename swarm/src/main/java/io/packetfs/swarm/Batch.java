package io.packetfs.swarm;

import io.packetfs.protocol.GramHeader;
import io.packetfs.protocol.GramLimits;

/**
 * Grams of one kind that one side offers one after another. Their lengths are drawn evenly from the seed.
 *
 * @param from who sends them
 * @param lane 0 to {@link GramHeader#LANE_MAX}; what shares a lane shares the kind
 * @param count how many
 * @param bytesMin the shortest slab
 * @param bytesMax the longest slab
 * @param atNs when the first is offered, nanoseconds of virtual time
 * @param everyNs between one and the next
 * @param isDigested whether they carry a digest of their slab
 */
public record Batch(
        Side from,
        Kind kind,
        int lane,
        int count,
        int bytesMin,
        int bytesMax,
        long atNs,
        long everyNs,
        boolean isDigested) {
    /** How grams are delivered. */
    public enum Kind {
        /** Into the blob of the other side, each behind the one before. */
        PLACED,

        /** As they are, whenever they are whole. */
        STAGED,

        /** As they are, in the order of their lane. */
        ORDERED
    }

    public Batch {
        Scenario.check("lane", lane, 0, GramHeader.LANE_MAX);
        Scenario.check("count", count, 1, Scenario.GRAMS_MAX);
        Scenario.check("bytes_min", bytesMin, kind == Kind.PLACED ? 1 : 0, bytesMax);
        Scenario.check("bytes_max", bytesMax, 0, GramLimits.DEFAULTS.slabBytesMax());
        Scenario.check("at_ms", atNs, 0, Scenario.TIME_NS_MAX);
        Scenario.check("every_ms", everyNs, 0, Scenario.TIME_NS_MAX / count);
    }

    /** The most bytes that it can come to. */
    long totalBytesMax() {
        return (long) count * bytesMax;
    }
}
