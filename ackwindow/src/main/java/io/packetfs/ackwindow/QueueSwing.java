package io.packetfs.ackwindow;

/**
 * How far the queue has fallen from where it stood, since it was last emptied on purpose, by the least that stretches of time
 * exceeded the shortest round trip. A queue that falls far is shared with others who make room from time to time.
 */
final class QueueSwing {
    /** A queue that holds packets back for less than this may as well be a host that was busy. */
    static final long PEAK_NS_MIN = 5_000_000;

    private long peakNs;
    private double lowest = 1;

    void onStretch(long queueNs) {
        peakNs = Math.max(peakNs, queueNs);
        if (peakNs >= PEAK_NS_MIN) {
            lowest = Math.min(lowest, (double) queueNs / peakNs);
        }
    }

    /** The queue was emptied on purpose. */
    void restart() {
        peakNs = 0;
        lowest = 1;
    }

    /** To which part of its height the queue fell. */
    double lowest() {
        return lowest;
    }
}
