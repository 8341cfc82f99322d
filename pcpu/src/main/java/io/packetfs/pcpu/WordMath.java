package io.packetfs.pcpu;

import io.packetfs.blob.Fnv1a64;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Eight bytes at once in a long: what generated loops do with each word. All but the histogram and FNV-1a are plain arithmetic on longs,
 * which the JIT compiler turns into vector instructions of the widest kind the processor has.
 */
final class WordMath {
    /** The lowest byte of a word is the first in memory, on every architecture. */
    static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGH = 0x8080_8080_8080_8080L;
    private static final long LOW = ~HIGH;
    private static final long EVEN_BYTES = 0x00ff_00ff_00ff_00ffL;
    private static final long EVEN_PAIRS = 0x0000_ffff_0000_ffffL;
    private static final int HISTOGRAM_TABLE = 256;

    private WordMath() {}

    /** A byte eight times. */
    static long broadcast(long immediate) {
        return immediate * ONES;
    }

    /** What {@link #add} wants of an immediate: its lower seven bits, eight times. */
    static long lower(long immediate) {
        return immediate * ONES & LOW;
    }

    /** What {@link #add} wants of an immediate: its highest bit, eight times. */
    static long upper(long immediate) {
        return immediate * ONES & HIGH;
    }

    /** Adds to each byte, without carrying into its neighbour. */
    static long add(long word, long lower, long upper) {
        return ((word & LOW) + lower) ^ ((word & HIGH) ^ upper);
    }

    /** How many of each two bytes are equal to the pattern's, as four numbers of 16 bits. */
    static long equalCounts(long word, long pattern) {
        long differs = word ^ pattern;
        long equal = ~(((differs & LOW) + LOW) | differs | LOW) >>> 7;
        return (equal + (equal >>> 8)) & EVEN_BYTES;
    }

    /** The sum of up to 32,767 results of {@link #equalCounts}, taken apart and added up. */
    static long foldCounts(long counts) {
        return (counts & 0xffff) + (counts >>> 16 & 0xffff) + (counts >>> 32 & 0xffff) + (counts >>> 48);
    }

    /** The sums of the first four and of the last four bytes, as two numbers of 32 bits. */
    static long sums(long word) {
        long pairs = (word & EVEN_BYTES) + (word >>> 8 & EVEN_BYTES);
        return (pairs & EVEN_PAIRS) + (pairs >>> 16 & EVEN_PAIRS);
    }

    /** The sum of up to 4 million results of {@link #sums}, taken apart and added up. */
    static long foldSums(long sums) {
        return (sums & 0xffff_ffffL) + (sums >>> 32);
    }

    /** A number whose bits 55 to 62 are the smallest byte. */
    static long smallest(long word) {
        long a = Math.min(word >>> 1, word << 8 >>> 1);
        long b = Math.min(word << 16 >>> 1, word << 24 >>> 1);
        long c = Math.min(word << 32 >>> 1, word << 40 >>> 1);
        long d = Math.min(word << 48 >>> 1, word << 56 >>> 1);
        return Math.min(Math.min(a, b), Math.min(c, d));
    }

    /** A number whose bits 55 to 62 are the largest byte. */
    static long largest(long word) {
        long a = Math.max(word >>> 1, word << 8 >>> 1);
        long b = Math.max(word << 16 >>> 1, word << 24 >>> 1);
        long c = Math.max(word << 32 >>> 1, word << 40 >>> 1);
        long d = Math.max(word << 48 >>> 1, word << 56 >>> 1);
        return Math.max(Math.max(a, b), Math.max(c, d));
    }

    /** The byte within the least or greatest result of {@link #smallest} or {@link #largest}. */
    static long foldExtreme(long extreme) {
        return extreme >>> 55;
    }

    /** Counts eight bytes in four tables that start at {@code slot}. */
    static void tally(long word, long[] state, int slot) {
        state[slot + (int) (word & 0xff)]++;
        state[slot + HISTOGRAM_TABLE + (int) (word >>> 8 & 0xff)]++;
        state[slot + 2 * HISTOGRAM_TABLE + (int) (word >>> 16 & 0xff)]++;
        state[slot + 3 * HISTOGRAM_TABLE + (int) (word >>> 24 & 0xff)]++;
        state[slot + (int) (word >>> 32 & 0xff)]++;
        state[slot + HISTOGRAM_TABLE + (int) (word >>> 40 & 0xff)]++;
        state[slot + 2 * HISTOGRAM_TABLE + (int) (word >>> 48 & 0xff)]++;
        state[slot + 3 * HISTOGRAM_TABLE + (int) (word >>> 56)]++;
    }

    static void tallyByte(int value, long[] state, int slot) {
        state[slot + value]++;
    }

    static long fnv(long word, long hash) {
        long updated = hash;
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            updated = (updated ^ (word >>> shift & 0xff)) * Fnv1a64.PRIME;
        }
        return updated;
    }

    static long fnvByte(int value, long hash) {
        return (hash ^ value) * Fnv1a64.PRIME;
    }

    static int isEqual(int value, int immediate) {
        return value == immediate ? 1 : 0;
    }
}
