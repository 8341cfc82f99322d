package io.packetfs.protocol;

import java.lang.foreign.MemorySegment;

/** The descriptors of a gram in payload mode: {@code offset u64, length u32, zero u32} each (spec: GRM-5). */
public final class DescriptorTable {
    public static final int ENTRY_BYTES = 16;

    static final int LENGTH_OFFSET = 8;
    static final int RESERVED_OFFSET = 12;

    private DescriptorTable() {}

    /** Length of a table. */
    public static int bytes(int count) {
        return count * ENTRY_BYTES;
    }

    public static void put(MemorySegment segment, long tableOffset, int index, long blobOffset, int length) {
        long entry = entry(tableOffset, index);
        Wire.putU64(segment, entry, blobOffset);
        Wire.putU32(segment, entry + LENGTH_OFFSET, length);
        Wire.putU32(segment, entry + RESERVED_OFFSET, 0);
    }

    public static long blobOffset(MemorySegment segment, long tableOffset, int index) {
        return Wire.u64(segment, entry(tableOffset, index));
    }

    public static int length(MemorySegment segment, long tableOffset, int index) {
        return Wire.bits32(segment, entry(tableOffset, index) + LENGTH_OFFSET);
    }

    static long entry(long tableOffset, int index) {
        return tableOffset + (long) index * ENTRY_BYTES;
    }
}
