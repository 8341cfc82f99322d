package io.packetfs.protocol;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Integers as the wire has them: little-endian, unaligned, unsigned up to 32 bits. A {@code u64} is read as it is; the readers of
 * untrusted bytes check its range (spec: FRM-3), so that it never shows as a negative number past them.
 */
public final class Wire {
    /** Ids, counts and packet numbers stay below this on the wire, so that sums of two of them do not overflow. */
    public static final long NUMBER_END = 1L << 62;

    private static final ValueLayout.OfByte U8 = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Wire() {}

    public static int u8(MemorySegment segment, long offset) {
        return Byte.toUnsignedInt(segment.get(U8, offset));
    }

    public static int u16(MemorySegment segment, long offset) {
        return Short.toUnsignedInt(segment.get(U16, offset));
    }

    /** A {@code u32} in its full range. */
    public static long u32(MemorySegment segment, long offset) {
        return Integer.toUnsignedLong(segment.get(U32, offset));
    }

    /** The 32 bits of a {@code u32}, for ids, and for numbers that were checked to be small. */
    public static int bits32(MemorySegment segment, long offset) {
        return segment.get(U32, offset);
    }

    public static long u64(MemorySegment segment, long offset) {
        return segment.get(U64, offset);
    }

    public static void putU8(MemorySegment segment, long offset, int value) {
        segment.set(U8, offset, (byte) value);
    }

    public static void putU16(MemorySegment segment, long offset, int value) {
        segment.set(U16, offset, (short) value);
    }

    public static void putU32(MemorySegment segment, long offset, int value) {
        segment.set(U32, offset, value);
    }

    public static void putU64(MemorySegment segment, long offset, long value) {
        segment.set(U64, offset, value);
    }

    /** Whether a {@code u64} is a number that the wire allows for ids, counts and packet numbers (spec: FRM-3). */
    static boolean isNumber(long value) {
        return value >= 0 && value < NUMBER_END;
    }
}
