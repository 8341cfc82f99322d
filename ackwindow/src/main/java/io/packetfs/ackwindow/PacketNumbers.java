package io.packetfs.ackwindow;

import io.packetfs.protocol.AckRanges;
import java.util.random.RandomGenerator;

/**
 * Deals out packet numbers, leaves some out at random, and remembers which: a peer that acknowledges what it cannot have seen is found
 * out.
 */
// spec: ACK-4
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

    PacketNumbers(RandomGenerator random, long first) {
        this.random = random;
        next = first;
        numbersToSkip = 1 + random.nextInt(numbersPerSkip - 1);
    }

    /** The number of the next packet. */
    long next() {
        return next;
    }

    /** The number was used. Returns whether the one after it is skipped. */
    boolean advance() {
        next++;
        numbersToSkip--;
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

    /** Whether all numbers in {@code ranges} were sent, as far as is remembered. */
    boolean wereSent(AckRanges ranges) {
        if (ranges.count() == 0 || ranges.largest() >= next) {
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
}
