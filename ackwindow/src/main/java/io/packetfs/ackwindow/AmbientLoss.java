package io.packetfs.ackwindow;

/**
 * The loss that a path has anyway, whatever this sender does: measured in rounds in which it sent no more than the path was seen to
 * deliver and the round-trip time showed no queue. Only loss clearly above it is taken for a sign of congestion.
 *
 * <p>Clearly above means: by the threshold of draft-ietf-ccwg-bbr, and by more than chance explains in so few packets.
 */
final class AmbientLoss {
    /** LossThresh of draft-ietf-ccwg-bbr, on top of what is ambient. */
    static final double THRESHOLD = 0.02;

    /** More is never taken for ambient: a path that loses more is treated as congested. */
    static final double RATE_MAX = 0.5;

    /** Fewer losses than this say nothing. */
    static final int LOSSES_MIN = 3;

    /** How many standard deviations are left to chance. */
    private static final double DEVIATIONS = 3;

    /** What a round leaves of the rounds before it. */
    private static final double DECAY = 15.0 / 16;

    private double lostBytes;
    private double sentBytes;

    /** Takes a round whose losses this sender has not caused. */
    void onRound(long roundLostBytes, long roundDeliveredBytes) {
        lostBytes = lostBytes * DECAY + roundLostBytes;
        sentBytes = sentBytes * DECAY + roundLostBytes + roundDeliveredBytes;
    }

    /** The part of what is sent that gets lost anyway, 0 to {@link #RATE_MAX}. */
    double rate() {
        return sentBytes == 0 ? 0 : Math.min(lostBytes / sentBytes, RATE_MAX);
    }

    /** Whether so much loss would be a sign of congestion on a path that has none of its own. */
    static boolean isNotable(long lost, long delivered, int datagramBytes) {
        return lost >= (long) LOSSES_MIN * datagramBytes && lost > THRESHOLD * ((double) lost + delivered);
    }

    /** Whether so much loss says that too much is in flight. */
    boolean isExceededBy(long lost, long delivered, int datagramBytes) {
        if (!isNotable(lost, delivered, datagramBytes)) {
            return false;
        }
        double rate = rate();
        double sent = (double) lost + delivered;
        double deviation = Math.sqrt(rate * (1 - rate) * datagramBytes / sent);
        return lost > sent * (rate + THRESHOLD + DEVIATIONS * deviation);
    }
}
