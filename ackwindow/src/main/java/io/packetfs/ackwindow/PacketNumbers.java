package io.packetfs.ackwindow;

import io.packetfs.protocol.AckRanges;
import io.packetfs.protocol.PacketHeader;
import java.util.random.RandomGenerator;

/**
 * Deals out packet numbers, leaves some out at random, and remembers which: a peer that acknowledges what it cannot have seen is found
 * out. Where keys are to live shorter than numbers make them, it leaves out those in the middle of a generation.
 */
// spec: ACK-4, PRT-7
final class PacketNumbers {
    /** At least one number in so many is skipped. */
    static final int NUMBERS_PER_SKIP_MAX = 1 << 16;

    /** The first skips come sooner, so that a short transfer is covered too. */
    private static final int NUMBERS_PER_SKIP_AT_FIRST = 1 << 7;

    /** Skips remembered. They span several times what can be in flight; older ones no peer has reason to mention. */
    private static final int SKIPS_REMEMBERED = 64;

    private final RandomGenerator random;
    private final long[] skips = new long[SKIPS_REMEMBERED];
    private long skipCount;
    private int numbersPerSkip = NUMBERS_PER_SKIP_AT_FIRST;
    private int numbersToSkip;
    private long next;

    /** How many numbers of a generation are used at its beginning before the leap, and how many at its end after it. */
    private final int headNumbers;

    private final int tailNumbers;

    /** The numbers left out last by a leap: from the one up to below the other. Those of earlier leaps no peer has reason to mention. */
    private long leapFrom;

    private long leapEnd;

    private PacketNumbers(RandomGenerator random, long first, int packetsPerKey) {
        this.random = random;
        next = first;
        headNumbers = packetsPerKey / 2;
        tailNumbers = packetsPerKey - headNumbers;
        numbersToSkip = 1 + random.nextInt(numbersPerSkip - 1);
    }

    /** All numbers from this one on but for the random ones. */
    static PacketNumbers from(RandomGenerator random, long first) {
        return new PacketNumbers(random, first, PacketHeader.NUMBERS_PER_KEY);
    }

    /** So that a key gets about so many packets, 2 to {@link PacketHeader#NUMBERS_PER_KEY}: begins shortly before the first change. */
    static PacketNumbers withKeysOf(RandomGenerator random, int packetsPerKey) {
        int first = PacketHeader.NUMBERS_PER_KEY - packetsPerKey;
        PacketNumbers numbers = new PacketNumbers(random, first, packetsPerKey);
        numbers.leapEnd = first;
        return numbers;
    }

    /** The number of the next packet. */
    long next() {
        return next;
    }

    /** How many numbers may be used in a row: none between them is skipped. */
    int inRow() {
        return numbersToSkip;
    }

    /** So many numbers were used, {@link #inRow} at most. Returns whether the one after them is skipped. */
    boolean advance(int count) {
        next += count;
        numbersToSkip -= count;
        if (numbersToSkip > 0) {
            return false;
        }
        skips[(int) (skipCount % SKIPS_REMEMBERED)] = next;
        skipCount++;
        next++;
        numbersPerSkip = Math.min(numbersPerSkip * 2, NUMBERS_PER_SKIP_MAX);
        numbersToSkip = 1 + random.nextInt(numbersPerSkip - 1);
        return true;
    }

    /**
     * Leaps over the middle of a generation, if the time has come. To be asked only when nothing is under way, as a receiver tells late
     * packets from seen ones only so far below the largest number.
     *
     * @param largestAcked its generation is one that the receiver has keys of; from an earlier one it might not follow
     * @return whether {@link #next} has changed
     */
    // spec: PRT-7
    boolean leap(long largestAcked) {
        long generation = next / PacketHeader.NUMBERS_PER_KEY;
        long begin = generation * PacketHeader.NUMBERS_PER_KEY;
        long target = begin + PacketHeader.NUMBERS_PER_KEY - tailNumbers;
        if (largestAcked < begin || generation == 0 || next < begin + headNumbers || next >= target) {
            return false;
        }
        leapFrom = next;
        leapEnd = target;
        next = target;
        return true;
    }

    /** Whether all numbers in {@code ranges} were sent, as far as is remembered. */
    boolean wereSent(AckRanges ranges) {
        if (ranges.count() == 0 || ranges.largest() >= next) {
            return false;
        }
        if (leapEnd > 0 && isLeaptOver(ranges)) {
            return false;
        }
        long oldest = Math.max(0, skipCount - SKIPS_REMEMBERED);
        int range = 0;
        for (long i = skipCount - 1; i >= oldest; i--) {
            long skip = skips[(int) (i % SKIPS_REMEMBERED)];
            while (range < ranges.count() && ranges.first(range) > skip) {
                range++;
            }
            if (range == ranges.count()) {
                return true;
            }
            if (skip <= ranges.last(range)) {
                return false;
            }
        }
        return true;
    }

    private boolean isLeaptOver(AckRanges ranges) {
        for (int i = 0; i < ranges.count() && ranges.last(i) >= leapFrom; i++) {
            if (ranges.first(i) < leapEnd) {
                return true;
            }
        }
        return false;
    }
}
