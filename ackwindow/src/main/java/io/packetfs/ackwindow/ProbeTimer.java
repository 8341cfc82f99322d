package io.packetfs.ackwindow;

/**
 * When to send probes because no acknowledgement comes (RFC 9002, section 6.2). Each time out in a row waits twice as long as the one
 * before, up to {@link #TIMEOUT_NS_MAX}; any acknowledgement of something that asked for one starts over.
 */
// spec: LOS-3
final class ProbeTimer {
    static final long TIMEOUT_NS_MAX = 2_000_000_000L;

    /** At least so much variation is assumed: a timer on this host may be late by it. */
    static final long VARIATION_NS_MIN = 1_000_000L;

    static final int PROBES_PER_TIMEOUT = 2;

    /** Doubled so often, even the shortest time out is above the cap. */
    private static final int DOUBLINGS_MAX = 20;

    private final RttEstimator rtt;
    private long peerAckDelayNsMax;
    private long lastElicitingSentNs;
    private int timeoutsInARow;
    private int probesDue;

    ProbeTimer(RttEstimator rtt, long peerAckDelayNsMax) {
        this.rtt = rtt;
        this.peerAckDelayNsMax = peerAckDelayNsMax;
    }

    void peerAckDelayNsMax(long delayNs) {
        peerAckDelayNsMax = delayNs;
    }

    long peerAckDelayNsMax() {
        return peerAckDelayNsMax;
    }

    /** A packet that asks for an acknowledgement was sent; it is a probe if one is due. */
    void onElicitingSent(long nowNs) {
        lastElicitingSentNs = nowNs;
        if (probesDue > 0) {
            probesDue--;
        }
    }

    void onElicitingAcked() {
        timeoutsInARow = 0;
        probesDue = 0;
    }

    void onTimeout(long nowNs) {
        timeoutsInARow = Math.min(timeoutsInARow + 1, DOUBLINGS_MAX);
        probesDue = PROBES_PER_TIMEOUT;
        // If nothing can be sent as a probe, the next time out counts from here.
        lastElicitingSentNs = nowNs;
    }

    /** The time out without back-off. */
    long timeoutNs() {
        return rtt.smoothedNs() + Math.max(4 * rtt.variationNs(), VARIATION_NS_MIN) + peerAckDelayNsMax;
    }

    long deadlineNs() {
        return lastElicitingSentNs + Math.min(timeoutNs() << timeoutsInARow, TIMEOUT_NS_MAX);
    }

    int probesDue() {
        return probesDue;
    }
}
