package io.packetfs.ackwindow;

/**
 * One probe of the round trip by {@link Bbr}: little is kept in flight for at least {@link #DURATION_NS} and one round trip, so that queues
 * empty and the shortest round trip shows (draft-ietf-ccwg-bbr, section 5.3.4).
 *
 * <p>It is so long that others who probe at about the same time empty the queue together. So it is over sooner where a whole round trip of
 * what was sent with little in flight takes as long as the shortest that was known: then nobody else holds anything in the queue.
 */
final class RttProbe {
    static final long DURATION_NS = 200_000_000L;

    private long windowBytes;
    private long knownNs;
    private long shortestNs;
    private boolean isDrained;
    private long drainedRound;
    private long overNs;

    /** Begins; from now on no more than {@code bytes} shall be in flight. {@code minRttNs} is the shortest round trip as it was known. */
    void begin(long bytes, long minRttNs) {
        windowBytes = bytes;
        knownNs = minRttNs;
        shortestNs = Long.MAX_VALUE;
        isDrained = false;
    }

    long windowBytes() {
        return windowBytes;
    }

    /** Takes an acknowledgement; returns whether the probe is over. */
    boolean onAck(long nowNs, DeliverySample sample, RoundCounter rounds) {
        if (!isDrained) {
            if (sample.inFlightBytes() <= windowBytes) {
                isDrained = true;
                overNs = nowNs + DURATION_NS;
                drainedRound = rounds.count();
                rounds.restart(sample.deliveredBytes());
            }
            return false;
        }
        long roundsDrained = rounds.count() - drainedRound;
        // What was sent before had more in flight ahead of it.
        if (roundsDrained > 0 && sample.rttNs() >= 0) {
            shortestNs = Math.min(shortestNs, sample.rttNs());
        }
        return (roundsDrained > 1 && hasShownKnown()) || (roundsDrained > 0 && isTimeOver(nowNs));
    }

    /**
     * Whether it has shown the shortest round trip that was known before: longer by no more than confirms it, or than a short path's is by
     * hosts that wake late; and shorter by less than a queue would be.
     */
    boolean hasShownKnown() {
        return shortestNs <= knownNs + Math.max(MinRtt.toleranceNs(knownNs), StandingQueue.NS_MIN)
                && shortestNs >= knownNs - StandingQueue.toleranceNs(knownNs);
    }

    /** The shortest round trip that was known before. */
    long knownNs() {
        return knownNs;
    }

    /** Whether so little was in flight for long enough; enough by itself when nothing is in flight any more. */
    boolean isTimeOver(long nowNs) {
        return isDrained && nowNs - overNs > 0;
    }
}
