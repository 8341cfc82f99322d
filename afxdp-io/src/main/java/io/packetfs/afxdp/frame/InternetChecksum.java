package io.packetfs.afxdp.frame;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The Internet checksum (RFC 1071). A sum is over little-endian words and not folded; sums of pieces of even length are added, and what
 * {@link #finish} gives is stored little-endian: the one's complement sum does not depend on the order of bytes, as long as loads and
 * stores agree (RFC 1071, 2).
 */
public final class InternetChecksum {
    /** The most bytes one sum may cover: far more than a packet holds, and far from overflow. */
    public static final int BYTES_MAX = 1 << 20;

    private static final long LOW_HALF = 0xFFFF_FFFFL;
    private static final ValueLayout.OfLong LONG = JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private InternetChecksum() {}

    /**
     * Sums up a piece; an odd last byte counts as the first of a word.
     *
     * @param length 0 to {@link #BYTES_MAX}
     */
    public static long sum(MemorySegment memory, long offset, int length) {
        if (length < 0 || length > BYTES_MAX) {
            throw new IllegalArgumentException("checksum over " + length + " bytes");
        }
        long end = offset + length;
        long wordsEnd = end - (length & 7);
        // Two sums, one for each half of a word, so that no carry is lost: the JIT makes vectors of this loop as it
        // stands.
        long low = 0;
        long high = 0;
        for (long at = offset; at < wordsEnd; at += Long.BYTES) {
            long word = memory.get(LONG, at);
            low += word & LOW_HALF;
            high += word >>> 32;
        }
        return low + high + tail(memory, wordsEnd, end);
    }

    /** What is stored as the checksum, little-endian, of data whose checksum field counted as 0. */
    public static short finish(long sum) {
        return (short) ~fold(sum);
    }

    /** As {@link #finish}, for UDP: there 0 would say that no checksum was computed (RFC 768). */
    public static short finishUdp(long sum) {
        short checksum = finish(sum);
        return checksum == 0 ? -1 : checksum;
    }

    /** Whether data that contains its own checksum is whole. */
    public static boolean isWhole(long sum) {
        return fold(sum) == 0xFFFF;
    }

    /** A 16-bit number of the network's byte order, as a summand. */
    static long networkShort(int value) {
        return Short.toUnsignedInt(Short.reverseBytes((short) value));
    }

    private static int fold(long sum) {
        long folded = (sum & LOW_HALF) + (sum >>> 32);
        folded = (folded & 0xFFFF) + (folded >>> 16);
        folded = (folded & 0xFFFF) + (folded >>> 16);
        return (int) ((folded & 0xFFFF) + (folded >>> 16));
    }

    private static long tail(MemorySegment memory, long from, long end) {
        long sum = 0;
        long at = from;
        if (end - at >= Integer.BYTES) {
            sum += memory.get(INT, at) & LOW_HALF;
            at += Integer.BYTES;
        }
        for (int shift = 0; at < end; at++, shift ^= Byte.SIZE) {
            sum += (long) Byte.toUnsignedInt(memory.get(JAVA_BYTE, at)) << shift;
        }
        return sum;
    }
}
