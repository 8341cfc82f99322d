package io.packetfs.ackwindow;

/**
 * A stretch of time, and what was acknowledged, was lost, and how short the round trip was in it. What comes in is judged in stretches,
 * because what happens in less time is the hosts' doing as much as the path's.
 */
final class Stretch {
    static final long NS_MIN = 20_000_000;

    private long startNs;
    private long startLostBytes;
    private long startSignalBytes;
    private long ackedBytes;
    private long rttNsMin;
    private boolean isHarmless;

    Stretch() {
        rttNsMin = Long.MAX_VALUE;
    }

    /** Begins anew after {@code sample}. */
    void restart(long nowNs, DeliverySample sample) {
        startNs = nowNs;
        startLostBytes = sample.lostBytesInAll();
        startSignalBytes = sample.lossSignalBytesInAll();
        ackedBytes = 0;
        rttNsMin = Long.MAX_VALUE;
        isHarmless = true;
    }

    void onAck(DeliverySample sample) {
        ackedBytes += sample.ackedBytes();
        if (sample.rttNs() >= 0) {
            rttNsMin = Math.min(rttNsMin, sample.rttNs());
        }
    }

    /** This sender has done something in it that may have caused losses. */
    void notHarmless() {
        isHarmless = false;
    }

    boolean isLongEnough(long nowNs) {
        return nowNs - startNs >= NS_MIN;
    }

    /** Whether this sender did nothing in all of it that may have caused losses. */
    boolean isHarmless() {
        return isHarmless;
    }

    boolean hasRtt() {
        return rttNsMin != Long.MAX_VALUE;
    }

    /** The shortest round trip in it, in nanoseconds. */
    long rttNsMin() {
        return rttNsMin;
    }

    long ackedBytes() {
        return ackedBytes;
    }

    /** Lost in it up to {@code sample}; less what turned out not to be, at least 0. */
    long lostBytes(DeliverySample sample) {
        return Math.max(0, sample.lostBytesInAll() - startLostBytes);
    }

    /** What of that counts as a sign of congestion. */
    long signalBytes(DeliverySample sample) {
        return Math.max(0, sample.lossSignalBytesInAll() - startSignalBytes);
    }
}
