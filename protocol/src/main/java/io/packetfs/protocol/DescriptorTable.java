package io.packetfs.protocol;

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

    public static void put(byte[] array, int tableOffset, int index, long blobOffset, int length) {
        int entry = entry(tableOffset, index);
        Wire.putU64(array, entry, blobOffset);
        Wire.putU32(array, entry + LENGTH_OFFSET, length);
        Wire.putU32(array, entry + RESERVED_OFFSET, 0);
    }

    public static long blobOffset(byte[] array, int tableOffset, int index) {
        return Wire.u64(array, entry(tableOffset, index));
    }

    public static int length(byte[] array, int tableOffset, int index) {
        return Wire.bits32(array, entry(tableOffset, index) + LENGTH_OFFSET);
    }

    static int entry(int tableOffset, int index) {
        return tableOffset + index * ENTRY_BYTES;
    }
}
