package io.packetfs.ackwindow;

/**
 * HyStart++ (RFC 9406): notices in slow start that round trips are getting longer, and then grows slowly for some rounds before it ends
 * slow start, in case the sign was false. The sender paces, so growth in a round has no limit of its own (L = infinity).
 */
final class HyStart {
    static final long RTT_THRESHOLD_NS_MIN = 4_000_000;
    static final long RTT_THRESHOLD_NS_MAX = 16_000_000;
    static final int RTT_DIVISOR = 8;
    static final int SAMPLES_PER_ROUND = 8;

    /** How much slower the window grows while it is not certain that the queue fills. */
    static final int CONSERVATIVE_DIVISOR = 4;

    static final int CONSERVATIVE_ROUNDS = 5;

    private static final long NONE = Long.MAX_VALUE;

    private long roundEndBytes;
    private long roundRttNsMin = NONE;
    private long priorRoundRttNsMin = NONE;
    private long baselineRttNs = NONE;
    private int samples;
    private int conservativeRounds;

    /** Takes one acknowledgement in slow start. Returns whether slow start is over. */
    boolean onAck(DeliverySample sample) {
        if (sample.priorDeliveredBytes() >= roundEndBytes && startRound(sample.deliveredBytes())) {
            return true;
        }
        roundRttNsMin = Math.min(roundRttNsMin, sample.rttNs());
        samples++;
        if (samples < SAMPLES_PER_ROUND || priorRoundRttNsMin == NONE) {
            return false;
        }
        if (baselineRttNs == NONE) {
            long thresholdNs = Math.clamp(priorRoundRttNsMin / RTT_DIVISOR, RTT_THRESHOLD_NS_MIN, RTT_THRESHOLD_NS_MAX);
            if (roundRttNsMin >= priorRoundRttNsMin + thresholdNs) {
                baselineRttNs = roundRttNsMin;
                conservativeRounds = 0;
            }
        } else if (roundRttNsMin < baselineRttNs) {
            // The queue was not ours after all: back to doubling.
            baselineRttNs = NONE;
        }
        return false;
    }

    /** By how much less than what was acknowledged the window grows. */
    int growthDivisor() {
        return baselineRttNs == NONE ? 1 : CONSERVATIVE_DIVISOR;
    }

    /** Slow start begins anew. */
    void restart() {
        roundEndBytes = 0;
        roundRttNsMin = NONE;
        priorRoundRttNsMin = NONE;
        baselineRttNs = NONE;
        samples = 0;
        conservativeRounds = 0;
    }

    private boolean startRound(long deliveredBytes) {
        roundEndBytes = deliveredBytes;
        priorRoundRttNsMin = roundRttNsMin;
        roundRttNsMin = NONE;
        samples = 0;
        if (baselineRttNs == NONE) {
            return false;
        }
        conservativeRounds++;
        return conservativeRounds > CONSERVATIVE_ROUNDS;
    }
}
