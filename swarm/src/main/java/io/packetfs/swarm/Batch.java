package io.packetfs.swarm;

import io.packetfs.protocol.GramHeader;
import io.packetfs.protocol.GramLimits;

/**
 * Grams of one kind that one side offers one after another. Their lengths are drawn evenly from the seed.
 *
 * @param from who sends them
 * @param lane 0 to {@link GramHeader#LANE_MAX}; what shares a lane shares the kind
 * @param count how many
 * @param bytesMin the shortest slab; in grams without payload the fewest bytes that one names
 * @param bytesMax the longest slab, or the most bytes that one names
 * @param atNs when the first is offered, nanoseconds of virtual time
 * @param everyNs between one and the next
 * @param isDigested whether they carry a digest of their slab, or of what they name
 * @param programBytesMax in grams without payload: the longest program that comes with one
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
        boolean isDigested,
        int programBytesMax) {
    /** How grams are delivered. */
    public enum Kind {
        /** Into the blob of the other side, each behind the one before. */
        PLACED(GramHeader.MODE_PAYLOAD, false),

        /** As they are, whenever they are whole. */
        STAGED(GramHeader.MODE_PAYLOAD, false),

        /** As they are, in the order of their lane. */
        ORDERED(GramHeader.MODE_PAYLOAD, true),

        /** Without payload: names bytes of the common blob, each place by itself. */
        OFFSET(GramHeader.MODE_OFFSET, false),

        /** The same in the order of their lane. */
        OFFSET_ORDERED(GramHeader.MODE_OFFSET, true),

        /** Without payload: names bytes of the common blob at regular distances. */
        ARITHMETIC(GramHeader.MODE_ARITHMETIC, false),

        /** The same in the order of their lane. */
        ARITHMETIC_ORDERED(GramHeader.MODE_ARITHMETIC, true);

        private final int mode;
        private final boolean isOrdered;

        Kind(int mode, boolean isOrdered) {
            this.mode = mode;
            this.isOrdered = isOrdered;
        }

        int mode() {
            return mode;
        }

        boolean isOrdered() {
            return isOrdered;
        }

        boolean isWithoutPayload() {
            return mode != GramHeader.MODE_PAYLOAD;
        }
    }

    public Batch {
        Scenario.check("lane", lane, 0, GramHeader.LANE_MAX);
        Scenario.check("count", count, 1, Scenario.GRAMS_MAX);
        Scenario.check("bytes_min", bytesMin, kind == Kind.PLACED || kind.isWithoutPayload() ? 1 : 0, bytesMax);
        Scenario.check("bytes_max", bytesMax, 0, GramLimits.DEFAULTS.slabBytesMax());
        Scenario.check("at_ms", atNs, 0, Scenario.TIME_NS_MAX);
        Scenario.check("every_ms", everyNs, 0, Scenario.TIME_NS_MAX / count);
        Scenario.check("program_bytes", programBytesMax, 0, kind.isWithoutPayload() ? GramHeader.PROGRAM_BYTES_MAX : 0);
    }

    /** The most bytes that it can come to. */
    long totalBytesMax() {
        return (long) count * bytesMax;
    }
}
