package io.packetfs.blob.chunk;

import java.util.Arrays;

/** Chunks one behind the other: lengths, checksums and, if there was a key, tags. Filled by one thread, then read by any. */
public final class ChunkRun {
    private static final int FIRST_CAPACITY = 16;

    private final long offset;
    private long[] ends = new long[FIRST_CAPACITY];
    private int[] crcs = new int[FIRST_CAPACITY];
    private ChunkTag[] tags = new ChunkTag[FIRST_CAPACITY];
    private int count;

    ChunkRun(long offset) {
        this.offset = offset;
    }

    void add(int length, int crc32c, ChunkTag tag) {
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, 2 * count);
            crcs = Arrays.copyOf(crcs, 2 * count);
            tags = Arrays.copyOf(tags, 2 * count);
        }
        ends[count] = end() + length;
        crcs[count] = crc32c;
        tags[count] = tag;
        count++;
    }

    public int count() {
        return count;
    }

    /** Where the last chunk ends, or the run begins if there is none. */
    public long end() {
        return count == 0 ? offset : ends[count - 1];
    }

    public long offset(int chunk) {
        return chunk == 0 ? offset : ends[chunk - 1];
    }

    public int length(int chunk) {
        return Math.toIntExact(ends[chunk] - offset(chunk));
    }

    public int crc32c(int chunk) {
        return crcs[chunk];
    }

    /** Null without a key. */
    public ChunkTag tag(int chunk) {
        return tags[chunk];
    }

    /** The chunk that begins at a place, or -1. */
    int chunkAt(long place) {
        if (place == offset) {
            return count == 0 ? -1 : 0;
        }
        int before = Arrays.binarySearch(ends, 0, count, place);
        return before < 0 || before == count - 1 ? -1 : before + 1;
    }

    /** The chunks from one on, as a run of their own. */
    ChunkRun from(int chunk) {
        if (chunk == 0) {
            return this;
        }
        ChunkRun rest = new ChunkRun(offset(chunk));
        rest.ends = Arrays.copyOfRange(ends, chunk, count);
        rest.crcs = Arrays.copyOfRange(crcs, chunk, count);
        rest.tags = Arrays.copyOfRange(tags, chunk, count);
        rest.count = count - chunk;
        return rest;
    }
}
