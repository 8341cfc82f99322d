package io.packetfs.ackwindow;

/**
 * Sums with rates in bytes a second, bytes and nanoseconds. They are done in double precision, whose 53 bits are exact for all sizes that
 * occur, and whose conversion back to long saturates instead of wrapping.
 */
final class Rates {
    private static final double NS_PER_SECOND = 1e9;

    private Rates() {}

    /** Bytes that pass in {@code durationNs} at {@code bytesPerSecond}. */
    static long bytes(long bytesPerSecond, long durationNs) {
        return (long) ((double) bytesPerSecond * durationNs / NS_PER_SECOND);
    }

    /** Bytes a second, when {@code bytes} pass in {@code durationNs}, which is above 0. */
    static long perSecond(long bytes, long durationNs) {
        return (long) (bytes * NS_PER_SECOND / durationNs);
    }

    /** Nanoseconds, rounded up, that {@code bytes} take at {@code bytesPerSecond}, which is above 0. */
    static long durationNs(long bytes, long bytesPerSecond) {
        return (long) Math.ceil(bytes * NS_PER_SECOND / bytesPerSecond);
    }

    static long scaled(double factor, long value) {
        return (long) (factor * value);
    }
}
