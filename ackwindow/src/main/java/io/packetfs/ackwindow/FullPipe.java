package io.packetfs.ackwindow;

/**
 * Notices that sending faster brings no more: three rounds, not limited by the application, in which the delivery rate did not grow by a
 * quarter (draft-ietf-ccwg-bbr, section 5.3.1.2).
 */
final class FullPipe {
    private static final double GROWTH = 1.25;
    private static final int ROUNDS = 3;

    /** A round that brought at least so much more was not limited by the path: start-up asks for twice as much in each. */
    private static final double GROWTH_FAR_FROM_FULL = 1.5;

    private long baseline;
    private int roundsWithoutGrowth;
    private boolean isFullNow;
    private boolean isFarFromFull;
    private boolean wasReached;

    /** Begins to look anew; {@code bytesPerSecond} is the rate to outgrow. */
    void restart(long bytesPerSecond) {
        baseline = bytesPerSecond;
        roundsWithoutGrowth = 0;
        isFullNow = false;
    }

    /** Takes the sample that began a round. */
    void onRound(DeliverySample sample) {
        if (isFullNow || sample.isApplicationLimited() || sample.bytesPerSecond() == 0) {
            return;
        }
        isFarFromFull = sample.bytesPerSecond() >= baseline * GROWTH_FAR_FROM_FULL;
        if (sample.bytesPerSecond() >= baseline * GROWTH) {
            restart(sample.bytesPerSecond());
            return;
        }
        roundsWithoutGrowth++;
        if (roundsWithoutGrowth >= ROUNDS) {
            isFullNow = true;
            wasReached = true;
        }
    }

    /** Whether the last round brought so much more that the path cannot have limited it. */
    boolean isFarFromFull() {
        return isFarFromFull;
    }

    /** Whether the present search has found the pipe full. */
    boolean isFullNow() {
        return isFullNow;
    }

    /** Whether the pipe was ever found full. */
    boolean wasReached() {
        return wasReached;
    }

    void setReached(boolean reached) {
        wasReached = reached;
    }
}
