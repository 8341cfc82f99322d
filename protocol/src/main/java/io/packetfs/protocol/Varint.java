package io.packetfs.protocol;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** The variable-length integer of RFC 9000, section 16: two bits of length, then 6, 14, 30 or 62 bits of value, big-endian. */
final class Varint {
    static final int BYTES_MAX = 8;

    private static final ValueLayout.OfShort BE16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt BE32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong BE64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private Varint() {}

    /** Bytes that the shortest form of the value takes. */
    static int bytes(long value) {
        assert Wire.isNumber(value) : value;
        if (value < 1L << 6) {
            return 1;
        }
        if (value < 1L << 14) {
            return 2;
        }
        return value < 1L << 30 ? 4 : 8;
    }

    /** Writes the shortest form and returns its length. */
    static int write(MemorySegment segment, long offset, long value) {
        int bytes = bytes(value);
        switch (bytes) {
            case 1 -> segment.set(ValueLayout.JAVA_BYTE, offset, (byte) value);
            case 2 -> segment.set(BE16, offset, (short) (0x4000 | value));
            case 4 -> segment.set(BE32, offset, (int) (0x8000_0000L | value));
            default -> segment.set(BE64, offset, 0xC000_0000_0000_0000L | value);
        }
        return bytes;
    }

    /** The length of the integer that starts at the offset, which has to lie inside the segment. */
    static int bytesAt(MemorySegment segment, long offset) {
        return 1 << (Wire.u8(segment, offset) >>> 6);
    }

    /** The value of the integer at the offset, in whatever length it was written: 0 to 2^62 - 1. */
    static long read(MemorySegment segment, long offset) {
        return switch (bytesAt(segment, offset)) {
            case 1 -> segment.get(ValueLayout.JAVA_BYTE, offset) & 0x3f;
            case 2 -> segment.get(BE16, offset) & 0x3fff;
            case 4 -> segment.get(BE32, offset) & 0x3fff_ffff;
            default -> segment.get(BE64, offset) & (Wire.NUMBER_END - 1);
        };
    }
}
