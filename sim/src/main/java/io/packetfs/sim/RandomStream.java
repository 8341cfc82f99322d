package io.packetfs.sim;

/**
 * A small seeded generator (SplitMix64: Steele, Lea and Flood, 2014). Written out here so that a seed replays the same run on every
 * Java release.
 */
final class RandomStream {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
    private static final double DOUBLE_UNIT = 0x1.0p-53;

    private long state;

    RandomStream(long seed) {
        state = seed;
    }

    /** A seed for one purpose among many: streams of different purposes share nothing. */
    static long seed(long seed, long purpose) {
        return mix64(mix64(seed) + mix64(purpose + GOLDEN_GAMMA));
    }

    /** Spreads each bit of {@code value} over all bits of the result; a bijection. */
    static long mix64(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    long nextLong() {
        state += GOLDEN_GAMMA;
        return mix64(state);
    }

    /** Whether an event of this probability happens: never for 0, always for 1, and without a draw then. */
    boolean chance(double probability) {
        if (probability <= 0.0) {
            return false;
        }
        return probability >= 1.0 || (nextLong() >>> 11) * DOUBLE_UNIT < probability;
    }

    /** An even draw from {@code min} to {@code max}, both included; their distance is below 2^62. */
    long between(long min, long max) {
        if (min == max) {
            return min;
        }
        // The high half of a 64 by 64 bit product: its bias is below the range / 2^64.
        return min + Math.unsignedMultiplyHigh(nextLong(), max - min + 1);
    }
}
