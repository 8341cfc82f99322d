package io.packetfs.ackwindow;

/** The highest delivery rate of this probing cycle and the last one (draft-ietf-ccwg-bbr, section 5.5.5). */
final class MaxBandwidth {
    private long previous;
    private long current;

    void onSample(DeliverySample sample) {
        long rate = sample.bytesPerSecond();
        // A rate that the application limited says nothing, unless it is the highest nevertheless.
        if (rate >= bytesPerSecond() || !sample.isApplicationLimited()) {
            current = Math.max(current, rate);
        }
    }

    /** A new cycle begins; the one before the last is forgotten. */
    void advance() {
        if (current > 0) {
            previous = current;
            current = 0;
        }
    }

    long bytesPerSecond() {
        return Math.max(previous, current);
    }
}
