package io.packetfs.ackwindow;

import java.util.Arrays;

/**
 * Tells new packet numbers from seen ones in a window below the largest: one bit per number in a ring. It starts with {@link
 * #NUMBERS_MIN} numbers and doubles, up to {@link #NUMBERS_MAX}, whenever a quarter of it is used up within {@link #QUARTER_NS_MIN}: so
 * it spans at least a second of packets until it has reached its limit.
 */
// spec: ACK-3
final class SeenNumbers {
    /** Up to 63 numbers fewer can be told apart, because the ring is cleared by the word. */
    static final int NUMBERS_MIN = 1 << 14;

    static final int NUMBERS_MAX = 1 << 18;

    /** The window doubles when a quarter of it passes faster than this. */
    static final long QUARTER_NS_MIN = 250_000_000L;

    private long[] words = new long[NUMBERS_MIN >>> 6];
    private int capacity = NUMBERS_MIN;
    private long end;

    /** Below this nothing is known, whatever the capacity. */
    private long knownFrom;

    private long quarterStart;
    private long quarterStartNs;
    private boolean hasQuarter;

    /** One above the largest number seen. */
    long end() {
        return end;
    }

    /** The lowest number that can still be told new from seen. */
    long floor() {
        return Math.max(knownFrom, wordUp(end) - capacity);
    }

    int capacity() {
        return capacity;
    }

    boolean isSeen(long number) {
        return number < end && (words[word(number)] & 1L << number) != 0;
    }

    /** Notes a number that is not below {@link #floor()}. */
    void add(long nowNs, long number) {
        assert number >= floor();
        if (number >= end) {
            growWithRate(nowNs, number);
            advance(number + 1);
        }
        words[word(number)] |= 1L << number;
    }

    /** Notes {@code count} numbers, at least 1, from {@link #end()} on. */
    void addNext(long nowNs, int count) {
        long first = end;
        long last = first + count - 1;
        growWithRate(nowNs, last);
        advance(last + 1);
        for (long number = first & -64L; number <= last; number += 64) {
            words[word(number)] |= NumberSet.between(number >>> 6, first, last);
        }
    }

    private int word(long number) {
        return (int) (number >>> 6) & words.length - 1;
    }

    /** Clears the ring's bits for the numbers from {@link #end} up to {@code newEnd}, which have the places of the oldest ones. */
    private void advance(long newEnd) {
        if (newEnd - end >= capacity) {
            Arrays.fill(words, 0);
        } else {
            // The word that holds the end was cleared when the end entered it.
            for (long number = wordUp(end); number < newEnd; number += 64) {
                words[word(number)] = 0;
            }
        }
        end = newEnd;
    }

    /** The lowest multiple of a word's 64 numbers that is not below {@code number}. */
    private static long wordUp(long number) {
        return (number + 63) & -64L;
    }

    private void growWithRate(long nowNs, long number) {
        if (capacity == NUMBERS_MAX) {
            return;
        }
        if (!hasQuarter) {
            hasQuarter = true;
            quarterStart = number;
            quarterStartNs = nowNs;
        } else if (number - quarterStart >= capacity / 4) {
            if (nowNs - quarterStartNs < QUARTER_NS_MIN) {
                grow();
            }
            quarterStart = number;
            quarterStartNs = nowNs;
        }
    }

    private void grow() {
        long oldFloor = floor();
        long[] old = words;
        words = new long[old.length * 2];
        for (long number = oldFloor & -64L; number < end; number += 64) {
            words[word(number)] = old[(int) (number >>> 6) & old.length - 1];
        }
        knownFrom = oldFloor;
        capacity *= 2;
    }
}
