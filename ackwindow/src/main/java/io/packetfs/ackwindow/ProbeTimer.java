package io.packetfs.ackwindow;

/**
 * When to send probes because no acknowledgement comes (RFC 9002, section 6.2). While none comes, the waits grow to one part in {@link
 * #SILENCE_PARTS} of the silence, up to {@link #TIMEOUT_NS_MAX}; any acknowledgement of something that asked for one starts over.
 *
 * <p>It differs in that the waits do not double. Where packets are lost in bursts, a dozen acknowledgements in a row get lost, too, and on a
 * path of a few milliseconds doubling turned that into seconds; after an outage it doubled the time that was lost. Two packets in a round
 * trip at most are less than any window, and their number still grows only with the logarithm of the silence.
 */
// spec: LOS-3
final class ProbeTimer {
    static final long TIMEOUT_NS_MAX = 2_000_000_000L;

    static final int SILENCE_PARTS = 4;

    /** At least so much variation is assumed: a timer on this host may be late by it. */
    static final long VARIATION_NS_MIN = 1_000_000L;

    static final int PROBES_PER_TIMEOUT = 2;

    private final RttEstimator rtt;
    private long peerAckDelayNsMax;
    private long lastElicitingSentNs;
    private long silentSinceNs;
    private boolean isSilent;
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
        isSilent = false;
        probesDue = 0;
    }

    void onTimeout(long nowNs) {
        if (!isSilent) {
            isSilent = true;
            silentSinceNs = lastElicitingSentNs;
        }
        probesDue = PROBES_PER_TIMEOUT;
        // If nothing can be sent as a probe, the next time out counts from here.
        lastElicitingSentNs = nowNs;
    }

    /** The time out, as it is before any silence. */
    long timeoutNs() {
        return rtt.smoothedNs() + Math.max(4 * rtt.variationNs(), VARIATION_NS_MIN) + peerAckDelayNsMax;
    }

    long deadlineNs() {
        long silenceNs = isSilent ? lastElicitingSentNs - silentSinceNs : 0;
        long waitNs = Math.max(timeoutNs(), silenceNs / SILENCE_PARTS);
        return lastElicitingSentNs + Math.min(waitNs, TIMEOUT_NS_MAX);
    }

    int probesDue() {
        return probesDue;
    }
}
