package io.packetfs.blob.chunk;

import io.packetfs.blob.SourceException;
import java.util.function.BooleanSupplier;

/**
 * Where a chunk lies, by its length and its checksum. Different chunks may agree in both, so what is found is to be compared by a strong
 * hash or byte by byte; of several that agree the first is kept.
 *
 * <p>One thread may add while others look. Limit: {@link #CHUNKS_MAX} chunks, in 16 bytes each, at most half of which are in use.
 */
public final class ChunkIndex {
    /** At the largest average this is 512 GiB of content. */
    public static final int CHUNKS_MAX = 1 << 21;

    private static final int FIRST_CAPACITY = 1 << 10;
    private static final long SPREAD = 0x9e37_79b9_7f4a_7c15L;
    private static final long FREE = 0;

    private long[] keys = new long[FIRST_CAPACITY];
    private long[] places = new long[FIRST_CAPACITY];
    private int count;

    /**
     * Adds a chunk unless one like it is there.
     *
     * @param length in bytes, 1 or more
     * @return whether there was room
     */
    public synchronized boolean add(int length, int crc32c, long place) {
        long key = key(length, crc32c);
        int slot = slot(key);
        if (keys[slot] == key) {
            return true;
        }
        if (count == CHUNKS_MAX) {
            return false;
        }
        if (2 * (count + 1) > keys.length) {
            grow();
            slot = slot(key);
        }
        keys[slot] = key;
        places[slot] = place;
        count++;
        return true;
    }

    /** Adds all chunks of a run. Returns whether there was room. */
    public synchronized boolean add(ChunkRun run) {
        boolean added = true;
        for (int i = 0; i < run.count() && added; i++) {
            added = add(run.length(i), run.crc32c(i), run.offset(i));
        }
        return added;
    }

    /**
     * Adds all that a scan finds; files that cannot be read, or are not what they were, are left out.
     *
     * @param stopped asked now and then, to end before
     * @return whether there was room
     */
    public boolean addAll(ChunkScan scan, BooleanSupplier stopped) {
        boolean room = true;
        boolean more = true;
        while (room && more && !stopped.getAsBoolean()) {
            try {
                ChunkRun run = scan.next();
                more = run != null;
                room = !more || add(run);
            } catch (SourceException behindThisFileTheScanGoesOn) {
                more = true;
            }
        }
        return room;
    }

    /** The place of a chunk with this length and checksum, or -1. */
    public synchronized long find(int length, int crc32c) {
        if (length < 1) {
            return -1;
        }
        long key = key(length, crc32c);
        int slot = slot(key);
        return keys[slot] == key ? places[slot] : -1;
    }

    /** Different chunks that are in it. */
    public synchronized int count() {
        return count;
    }

    private static long key(int length, int crc32c) {
        return ((long) length << Integer.SIZE) | Integer.toUnsignedLong(crc32c);
    }

    /** The slot of a key, or the free one for it. */
    private int slot(long key) {
        int mask = keys.length - 1;
        int slot = (int) ((key * SPREAD) >>> 32) & mask;
        while (keys[slot] != key && keys[slot] != FREE) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        long[] oldKeys = keys;
        long[] oldPlaces = places;
        keys = new long[2 * oldKeys.length];
        places = new long[keys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != FREE) {
                int slot = slot(oldKeys[i]);
                keys[slot] = oldKeys[i];
                places[slot] = oldPlaces[i];
            }
        }
    }
}
