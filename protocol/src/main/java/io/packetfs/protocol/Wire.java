package io.packetfs.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Integers as the wire has them: little-endian, unaligned, unsigned up to 32 bits. A {@code u64} is read as it is; the readers of
 * untrusted bytes check its range (spec: FRM-3), so that it never shows as a negative number past them.
 *
 * <p>Packets are heap arrays: an access is a bounds check and a move in every tier of the JVM, where a memory segment takes a deep
 * chain of calls until the last tier has inlined it, and a long time to inline.
 */
public final class Wire {
    /** Ids, counts and packet numbers stay below this on the wire, so that sums of two of them do not overflow. */
    public static final long NUMBER_END = 1L << 62;

    private static final VarHandle U16 = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle U32 = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle U64 = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Wire() {}

    public static int u8(byte[] array, int offset) {
        return Byte.toUnsignedInt(array[offset]);
    }

    public static int u16(byte[] array, int offset) {
        return Short.toUnsignedInt((short) U16.get(array, offset));
    }

    /** A {@code u32} in its full range. */
    public static long u32(byte[] array, int offset) {
        return Integer.toUnsignedLong((int) U32.get(array, offset));
    }

    /** The 32 bits of a {@code u32}, for ids, and for numbers that were checked to be small. */
    public static int bits32(byte[] array, int offset) {
        return (int) U32.get(array, offset);
    }

    public static long u64(byte[] array, int offset) {
        return (long) U64.get(array, offset);
    }

    public static void putU8(byte[] array, int offset, int value) {
        array[offset] = (byte) value;
    }

    public static void putU16(byte[] array, int offset, int value) {
        U16.set(array, offset, (short) value);
    }

    public static void putU32(byte[] array, int offset, int value) {
        U32.set(array, offset, value);
    }

    public static void putU64(byte[] array, int offset, long value) {
        U64.set(array, offset, value);
    }

    /** Whether a {@code u64} is a number that the wire allows for ids, counts and packet numbers (spec: FRM-3). */
    static boolean isNumber(long value) {
        return value >= 0 && value < NUMBER_END;
    }
}
