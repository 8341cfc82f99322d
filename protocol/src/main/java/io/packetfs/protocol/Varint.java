package io.packetfs.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The variable-length integer of RFC 9000, section 16: two bits of length, then 6, 14, 30 or 62 bits of value, big-endian. */
final class Varint {
    static final int BYTES_MAX = 8;

    private static final VarHandle BE16 = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle BE32 = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle BE64 = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

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
    static int write(byte[] array, int offset, long value) {
        int bytes = bytes(value);
        switch (bytes) {
            case 1 -> array[offset] = (byte) value;
            case 2 -> BE16.set(array, offset, (short) (0x4000 | value));
            case 4 -> BE32.set(array, offset, (int) (0x8000_0000L | value));
            default -> BE64.set(array, offset, 0xC000_0000_0000_0000L | value);
        }
        return bytes;
    }

    /** The length of the integer that starts at the offset, which has to lie inside the array. */
    static int bytesAt(byte[] array, int offset) {
        return 1 << (Wire.u8(array, offset) >>> 6);
    }

    /** The value of the integer at the offset, in whatever length it was written: 0 to 2^62 - 1. */
    static long read(byte[] array, int offset) {
        return switch (bytesAt(array, offset)) {
            case 1 -> array[offset] & 0x3f;
            case 2 -> (short) BE16.get(array, offset) & 0x3fff;
            case 4 -> (int) BE32.get(array, offset) & 0x3fff_ffff;
            default -> (long) BE64.get(array, offset) & (Wire.NUMBER_END - 1);
        };
    }
}
