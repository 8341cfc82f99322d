package io.packetfs.afxdp;

import io.packetfs.linux.AfXdpSocket;
import java.lang.foreign.MemorySegment;

/**
 * Where a ring lies in memory. The rings of a socket are mapped from the kernel; any other memory does as well, which is how rings are
 * tested.
 *
 * @param memory starts on a border of 8 bytes
 * @param producer offset of the index of the next entry to be written
 * @param consumer offset of the index of the next entry to be read
 * @param flags offset of the 32 bits in which the kernel asks to be woken up
 * @param entries offset of the first entry
 * @param entryCount a power of two
 */
public record RingMemory(MemorySegment memory, int producer, int consumer, int flags, int entries, int entryCount) {
    /** The most entries of a ring: what no index of 32 bits can confuse, and far more than is of use. */
    public static final int ENTRIES_MAX = 1 << 20;

    public RingMemory {
        if (entryCount < 1 || entryCount > ENTRIES_MAX || Integer.bitCount(entryCount) != 1) {
            throw new IllegalArgumentException(
                    "a ring of " + entryCount + " entries: a power of two up to " + ENTRIES_MAX + " is needed");
        }
        checkOffset("producer", producer, Integer.BYTES);
        checkOffset("consumer", consumer, Integer.BYTES);
        checkOffset("flags", flags, Integer.BYTES);
        checkOffset("entries", entries, Long.BYTES);
    }

    static RingMemory of(AfXdpSocket.MappedRing ring, int entryCount) {
        return new RingMemory(
                ring.mapped().memory(), ring.producer(), ring.consumer(), ring.flags(), ring.entries(), entryCount);
    }

    private static void checkOffset(String name, int offset, int alignment) {
        if (offset < 0 || offset % alignment != 0) {
            throw new IllegalArgumentException("a ring whose " + name + " is at offset " + offset);
        }
    }
}
