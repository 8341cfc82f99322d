package io.packetfs.ackwindow;

/**
 * What stretches of time say about the bottleneck's queue: by how much even the shortest round trip of a stretch exceeded the path's
 * shortest, whether that is a queue, and whether it is shared with others who let it shrink.
 */
final class StandingQueue {
    /** A stretch whose shortest round trip is this much above the minimum shows that a queue stood all the time. */
    static final double RTT_RATIO = 0.05;

    static final long NS_MIN = 500_000;

    private final QueueSwing swing = new QueueSwing();
    private long ns;
    private boolean stands;

    /** A stretch ended whose shortest round trip was so long, on a path whose shortest is {@code minRttNs}. */
    void onStretch(long rttNs, long minRttNs) {
        ns = rttNs - minRttNs;
        stands = ns > toleranceNs(minRttNs);
        swing.onStretch(ns);
    }

    /** By how much round trips may exceed the shortest without a queue that is worth the name. */
    static long toleranceNs(long minRttNs) {
        return Math.max(Rates.scaled(RTT_RATIO, minRttNs), NS_MIN);
    }

    /** A stretch ended without a round trip that could be compared. */
    void onUnmeasuredStretch() {
        ns = 0;
        stands = false;
        swing.onStretch(0);
    }

    /** It was emptied on purpose. */
    void restartSwing() {
        swing.restart();
    }

    /** By how much the last stretch exceeded the shortest round trip at least, in nanoseconds. */
    long ns() {
        return ns;
    }

    boolean stands() {
        return stands;
    }

    /** Whether it stands and others let it shrink from time to time. */
    boolean isSharedFairly() {
        return stands && ns >= QueueSwing.PEAK_NS_MIN && swing.lowest() < Contention.QUEUE_SHARE_MIN;
    }
}
