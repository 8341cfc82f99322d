package io.packetfs.ackwindow;

/**
 * Groups losses into episodes: what was sent before the response to a loss belongs to the same episode as that loss and asks for no
 * further response. When every packet of the present episode that was declared lost has arrived after all, the response was wrong.
 */
// spec: LOS-2
final class LossEpisode {
    private long firstNumber;
    private long endNumber;
    private long missing;

    /** Counts a loss; {@code nextNumber} is the number of the next packet to be sent. Returns whether a new episode begins with it. */
    boolean onLost(long number, long nextNumber) {
        if (number >= endNumber) {
            firstNumber = endNumber;
            endNumber = nextNumber;
            missing = 1;
            return true;
        }
        if (number >= firstNumber) {
            missing++;
        }
        return false;
    }

    /** A packet declared lost arrived. Returns whether it was the last one missing of the present episode. */
    boolean onSpurious(long number) {
        if (number < firstNumber || number >= endNumber || missing == 0) {
            return false;
        }
        missing--;
        return missing == 0;
    }
}
