package io.packetfs.ackwindow;

/**
 * When to send probes because no acknowledgement comes (RFC 9002, section 6.2): two after the time out, then one after each half of it or, as
 * the silence grows, after one part in {@link #SILENCE_PARTS} of it, up to {@link #WAIT_NS_MAX}. Any acknowledgement of something that asked for one
 * starts over.
 *
 * <p>It differs in that the waits do not double. Where packets are lost in bursts, a dozen acknowledgements in a row get lost, too, and on a
 * path of a few milliseconds doubling turned that into seconds; after an outage it doubled the time that was lost. One by one because two at once
 * are answered by one acknowledgement. Two packets in a time out are less than any window, and their number still grows only with the
 * logarithm of the silence.
 */
// spec: LOS-3
final class ProbeTimer {
    private static final long FIRST_WAIT_NS_MAX = 2_000_000_000L;

    /** From one probe to the next. */
    static final long WAIT_NS_MAX = 1_000_000_000L;

    static final int SILENCE_PARTS = 12;

    /** At least so much variation is assumed: a timer on this host may be late by it. */
    static final long VARIATION_NS_MIN = 1_000_000L;

    private static final int FIRST_PROBES = 2;

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
    void onElicitingSent(long nowNs, int packets) {
        lastElicitingSentNs = nowNs;
        probesDue = Math.max(0, probesDue - packets);
    }

    void onElicitingAcked() {
        isSilent = false;
        probesDue = 0;
    }

    void onTimeout(long nowNs) {
        probesDue = isSilent ? 1 : FIRST_PROBES;
        if (!isSilent) {
            isSilent = true;
            silentSinceNs = lastElicitingSentNs;
        }
        // If nothing can be sent as a probe, the next time out counts from here.
        lastElicitingSentNs = nowNs;
    }

    /** The time out, as it is before any silence. */
    long timeoutNs() {
        return rtt.smoothedNs() + Math.max(4 * rtt.variationNs(), VARIATION_NS_MIN) + peerAckDelayNsMax;
    }

    long deadlineNs() {
        if (!isSilent) {
            return lastElicitingSentNs + Math.min(timeoutNs(), FIRST_WAIT_NS_MAX);
        }
        long silenceNs = lastElicitingSentNs - silentSinceNs;
        long waitNs = Math.max(timeoutNs() / 2, silenceNs / SILENCE_PARTS);
        return lastElicitingSentNs + Math.min(waitNs, WAIT_NS_MAX);
    }

    int probesDue() {
        return probesDue;
    }
}
