package io.packetfs.repair;

import io.packetfs.protocol.GramLimits;

/**
 * Which bytes of a stretch are there, in grains of 8 bytes (spec: CHK-3): the receiver's record of what has landed, and the sender's of
 * what was acknowledged. A bitmap, so that memory is fixed by the stretch's length (16 KiB for 1 MiB), whatever order or overlap the
 * chunks come in, and marking costs a few words per chunk.
 *
 * <p>The last grain may be short. Positions and lengths are bytes; a position is a multiple of {@link GramLimits#GRAIN_BYTES}, and so is a length
 * unless it reaches the end. Re-used through {@link #reset}; not for several threads.
 */
public final class GrainSet {
    private static final int GRAIN_SHIFT = Integer.numberOfTrailingZeros(GramLimits.GRAIN_BYTES);

    private long[] words = new long[0];
    private int missingBytes;

    /** Forgets everything; all {@code lengthBytes} bytes (at least 0) are missing now. */
    public void reset(int lengthBytes) {
        int wordCount = (grainsFor(lengthBytes) + Long.SIZE - 1) / Long.SIZE;
        if (words.length < wordCount) {
            words = new long[wordCount];
        } else {
            java.util.Arrays.fill(words, 0, wordCount, 0L);
        }
        missingBytes = lengthBytes;
    }

    /** Marks the bytes as there. Returns how many of them were missing. */
    public int mark(int position, int length) {
        // Every packet comes through here, on both sides: one loop over words, and no call.
        int end = position + length;
        int grainEnd = (end + GramLimits.GRAIN_BYTES - 1) >>> GRAIN_SHIFT;
        int addedGrains = 0;
        long fresh = 0;
        for (int grain = position >>> GRAIN_SHIFT; grain < grainEnd; grain = (grain | 63) + 1) {
            int stop = Math.min(grainEnd, (grain | 63) + 1);
            long mask = (-1L << grain) & (-1L >>> -stop);
            int word = grain >>> 6;
            fresh = mask & ~words[word];
            words[word] |= mask;
            addedGrains += Long.bitCount(fresh);
        }
        boolean isLastFresh = (fresh >>> (grainEnd - 1) & 1) != 0;
        int added = addedGrains * GramLimits.GRAIN_BYTES - (isLastFresh ? grainEnd * GramLimits.GRAIN_BYTES - end : 0);
        missingBytes -= added;
        return added;
    }

    /** The first missing byte at or after {@code position} and below {@code end}; {@code end} if there is none. */
    public int nextMissing(int position, int end) {
        return next(position, end, -1L);
    }

    /** The first byte that is there at or after {@code position} and below {@code end}; {@code end} if there is none. */
    public int nextPresent(int position, int end) {
        return next(position, end, 0L);
    }

    /** Whether every byte of the stretch is there. */
    public boolean isComplete() {
        return missingBytes == 0;
    }

    public int missingBytes() {
        return missingBytes;
    }

    private int next(int position, int end, long invert) {
        int grain = position >>> GRAIN_SHIFT;
        int grainEnd = (end + GramLimits.GRAIN_BYTES - 1) >>> GRAIN_SHIFT;
        while (grain < grainEnd) {
            long candidates = (words[grain >>> 6] ^ invert) >>> grain;
            if (candidates != 0) {
                int found = (grain + Long.numberOfTrailingZeros(candidates)) << GRAIN_SHIFT;
                return Math.min(Math.max(found, position), end);
            }
            grain = (grain | 63) + 1;
        }
        return end;
    }

    private static int grainsFor(int bytes) {
        return (bytes + GramLimits.GRAIN_BYTES - 1) >>> GRAIN_SHIFT;
    }
}
