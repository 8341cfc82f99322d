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
        if (length == 0) {
            return 0;
        }
        int end = position + length;
        int first = position >>> GRAIN_SHIFT;
        int last = grainsFor(end) - 1;
        int firstWord = first >>> 6;
        int lastWord = last >>> 6;
        long fromFirst = -1L << first;
        long toLast = -1L >>> ~last;
        boolean isLastFresh = (words[lastWord] >>> last & 1) == 0;
        int addedGrains = firstWord == lastWord
                ? add(firstWord, fromFirst & toLast)
                : add(firstWord, fromFirst) + addWhole(firstWord + 1, lastWord) + add(lastWord, toLast);
        int added =
                addedGrains * GramLimits.GRAIN_BYTES - (isLastFresh ? (last + 1) * GramLimits.GRAIN_BYTES - end : 0);
        missingBytes -= added;
        return added;
    }

    /** Returns how many of these grains of a word were missing. */
    private int add(int word, long grains) {
        long before = words[word];
        words[word] = before | grains;
        return Long.bitCount(grains & ~before);
    }

    /** Returns how many grains of these words were missing. A loop so short that nothing in it leaves its register: rows of packets come here. */
    private int addWhole(int from, int to) {
        int added = 0;
        for (int word = from; word < to; word++) {
            added += Long.bitCount(~words[word]);
            words[word] = -1L;
        }
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
