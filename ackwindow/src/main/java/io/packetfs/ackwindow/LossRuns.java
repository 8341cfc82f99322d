package io.packetfs.ackwindow;

/**
 * Tells how much a loss counts as a sign of congestion. A full queue goes on draining, so of packets that come one behind the other it
 * takes one now and then; radio links and failing routers lose them in a row. Of a row only the first {@link #COUNTED_MAX} count, so
 * that a burst of ten is a sign no stronger than three losses.
 *
 * <p>Losses come in order of their numbers, as a {@link SendWindow} finds them.
 */
// spec: CC-4
final class LossRuns {
    static final int COUNTED_MAX = 3;

    private long lastNumber = -1;
    private int length;

    /** Takes a loss; returns whether it counts. */
    boolean counts(long number) {
        length = number == lastNumber + 1 ? length + 1 : 1;
        lastNumber = number;
        return length <= COUNTED_MAX;
    }
}
