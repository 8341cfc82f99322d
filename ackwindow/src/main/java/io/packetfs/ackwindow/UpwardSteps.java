package io.packetfs.ackwindow;

/**
 * By how much {@link Bbr} raises the long-term bound while it probes upwards: a datagram in the first round trip, and twice as many in each
 * that follows, spread evenly over what is acknowledged (draft-ietf-ccwg-bbr, section 5.3.3.5).
 */
final class UpwardSteps {
    private static final int ROUNDS_MAX = 30;

    private long ackedBytes;
    private long bytesPerStep = Long.MAX_VALUE;
    private int rounds;

    /** The pipe is being filled; the next probe begins with small steps. */
    void reset() {
        ackedBytes = 0;
        rounds = 0;
    }

    void startRound(long windowBytes, int datagramBytes) {
        long stepsThisRound = 1L << rounds;
        rounds = Math.min(rounds + 1, ROUNDS_MAX);
        bytesPerStep = Math.max(windowBytes / stepsThisRound, datagramBytes);
    }

    /** Takes what was acknowledged; returns how many datagrams the bound rises by. */
    long onAcked(long bytes) {
        ackedBytes += bytes;
        long steps = ackedBytes / bytesPerStep;
        ackedBytes -= steps * bytesPerStep;
        return steps;
    }
}
