package io.packetfs.ackwindow;

/**
 * How much longer than a round trip to wait for a packet before it is taken for lost, learned from the packets that overtook each other.
 * After RFC 8985 (RACK): it starts at a quarter of the minimum round-trip time, grows in such steps, up to the smoothed round-trip time,
 * and falls back when 16 round trips have passed that did not need it.
 *
 * <p>It differs in two points, because packet numbers tell a late packet from its repair. It grows at once to the step that would have
 * waited for the packet, not by one step in a round trip; and every packet that came late, whether it was declared lost or not, counts as
 * a need for the step that held it. So a path that goes on reordering keeps its window, instead of paying for it anew every 16 round
 * trips.
 */
// spec: LOS-1
final class ReorderingWindow {
    /** After so many round trips the window falls to what they needed (RFC 8985, section 6.2, step 4). */
    static final int ROUNDS_KEPT = 16;

    /** A step is never shorter, so that a path of a few microseconds does not count steps by the thousand. */
    static final long STEP_NS_MIN = 10_000;

    /** On short paths the window may grow to this, above the smoothed RTT: hosts themselves delay packets by milliseconds. */
    static final long LIMIT_NS_MIN = 50_000_000;

    private static final int STEPS_MAX = 1 << 20;

    private final RttEstimator rtt;
    private int steps = 1;
    private int stepsNeeded = 1;
    private int rounds;

    ReorderingWindow(RttEstimator rtt) {
        this.rtt = rtt;
    }

    /**
     * A packet arrived after one that was sent later.
     *
     * @param latenessNs how much longer than a round trip it took; not positive if it was not late
     */
    void onLate(long latenessNs) {
        if (latenessNs <= 0) {
            return;
        }
        int needed = (int) Math.min(latenessNs / stepNs() + 1, STEPS_MAX);
        stepsNeeded = Math.max(stepsNeeded, needed);
        steps = Math.max(steps, needed);
    }

    /** A round trip has passed. */
    void onRound() {
        rounds++;
        if (rounds >= ROUNDS_KEPT) {
            rounds = 0;
            steps = stepsNeeded;
            stepsNeeded = 1;
        }
    }

    /** Another path: what the last one needed does not count. */
    void restart() {
        steps = 1;
        stepsNeeded = 1;
        rounds = 0;
    }

    long windowNs() {
        long limitNs = Math.max(rtt.smoothedNs(), LIMIT_NS_MIN);
        return Math.min(steps * stepNs(), limitNs);
    }

    private long stepNs() {
        return Math.max(rtt.minNs() / 4, STEP_NS_MIN);
    }
}
