package io.packetfs.ackwindow;

/**
 * One probe of the round trip by {@link Bbr}: little is kept in flight for at least {@link #DURATION_NS} and one round trip, so that queues
 * empty and the shortest round trip shows (draft-ietf-ccwg-bbr, section 5.3.4).
 */
final class RttProbe {
    static final long DURATION_NS = 200_000_000L;

    private long windowBytes;
    private boolean isDrained;
    private long drainedRound;
    private long overNs;

    /** Begins; from now on no more than {@code bytes} shall be in flight. */
    void begin(long bytes) {
        windowBytes = bytes;
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
        return rounds.count() > drainedRound && isTimeOver(nowNs);
    }

    /** Whether so little was in flight for long enough; enough by itself when nothing is in flight any more. */
    boolean isTimeOver(long nowNs) {
        return isDrained && nowNs - overNs > 0;
    }
}
