package io.packetfs.ackwindow;

/**
 * An answer to loss that gives up no rate for good: for the rest of the round trip only as much goes out as arrives, so that a full queue
 * is not overfilled further; then the window grows again. What the first version of BBR does, and RFC 6937 after the same principle.
 */
final class PacketConservation {
    private boolean isDue;
    private long lastRound = -1;

    /** Something was lost in {@code round}; what is lost in a round of conservation and the one after does not begin another. */
    void onLost(long round) {
        if (round > lastRound) {
            isDue = true;
            lastRound = round + 1;
        }
    }

    /** The window after an acknowledgement: {@code grownBytes} where nothing is to be conserved. */
    long windowBytes(long round, long windowBytes, long grownBytes, DeliverySample sample) {
        long conserved = sample.inFlightBytes() + sample.ackedBytes();
        if (isDue) {
            isDue = false;
            return Math.min(grownBytes, conserved);
        }
        return round <= lastRound
                ? Math.min(grownBytes, Math.max(windowBytes - sample.lostBytes(), conserved))
                : grownBytes;
    }
}
