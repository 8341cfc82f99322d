package io.packetfs.ackwindow;

/**
 * The round-trip time of a path as RFC 9002, section 5, estimates it: smoothed, its variation, its minimum, and the latest sample.
 *
 * <p>Written by the {@link SendWindow} that owns it; others read. All times in nanoseconds. Arithmetic has no floor: a path of 50 us is
 * estimated as such. Floors belong to timers.
 */
public final class RttEstimator {
    /** What is assumed before the first sample (RFC 9002, section 6.2.2). */
    public static final long INITIAL_NS = 333_000_000L;

    /** A sample above this is cut to it, so that no sum of times can overflow. */
    static final long SAMPLE_NS_MAX = 60_000_000_000L;

    private boolean hasSample;
    private long latestNs = INITIAL_NS;
    private long smoothedNs = INITIAL_NS;
    private long variationNs = INITIAL_NS / 2;
    private long minNs = INITIAL_NS;

    RttEstimator() {}

    /**
     * Takes one sample.
     *
     * @param rttNs time from sending the largest newly acknowledged packet to its acknowledgement
     * @param ackDelayNs what of it the peer says it waited on purpose, already cut to the agreed maximum
     */
    void onSample(long rttNs, long ackDelayNs) {
        long sampleNs = Math.clamp(rttNs, 1, SAMPLE_NS_MAX);
        latestNs = sampleNs;
        if (!hasSample) {
            hasSample = true;
            minNs = sampleNs;
            smoothedNs = sampleNs;
            variationNs = sampleNs / 2;
            return;
        }
        minNs = Math.min(minNs, sampleNs);
        // A delay that would take the sample below the minimum is not believed (RFC 9002, section 5.3).
        long adjustedNs = sampleNs - minNs >= ackDelayNs ? sampleNs - ackDelayNs : sampleNs;
        variationNs += (Math.abs(smoothedNs - adjustedNs) - variationNs) / 4;
        smoothedNs += (adjustedNs - smoothedNs) / 8;
    }

    /** Lets the minimum rise again: the path may be another one now (RFC 9002, section 5.2). */
    void forgetMinimum() {
        minNs = latestNs;
    }

    /** Another path, which has shown this round trip. */
    void restart(long rttNs) {
        hasSample = false;
        onSample(rttNs, 0);
    }

    /** Whether there was a sample; before it, all values are assumptions. */
    public boolean hasSample() {
        return hasSample;
    }

    public long latestNs() {
        return latestNs;
    }

    public long smoothedNs() {
        return smoothedNs;
    }

    public long variationNs() {
        return variationNs;
    }

    public long minNs() {
        return minNs;
    }
}
