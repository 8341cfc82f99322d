package io.packetfs.ackwindow;

/**
 * How much more than the model expects arrives acknowledged at once, because hosts and links batch: the window has to span the silences
 * between (draft-ietf-ccwg-bbr, section 5.5.9). The highest value of the last {@link #ROUNDS} to twice as many rounds, or of the last
 * one or two during start-up.
 */
final class AckAggregation {
    private static final int ROUNDS = 5;

    private long intervalStartNs;
    private long intervalBytes;
    private boolean hasInterval;
    private long previousMax;
    private long currentMax;
    private long epochStartRound;

    /** Takes an acknowledgement; {@code limitBytes} bounds what is believed. */
    void onAck(long nowNs, long ackedBytes, long bytesPerSecond, long limitBytes) {
        long expected = hasInterval ? Rates.bytes(bytesPerSecond, nowNs - intervalStartNs) : 0;
        if (!hasInterval || intervalBytes <= expected) {
            restart(nowNs);
            expected = 0;
        }
        intervalBytes += ackedBytes;
        currentMax = Math.max(currentMax, Math.min(intervalBytes - expected, limitBytes));
    }

    void onRound(long round, boolean isStartup) {
        if (round - epochStartRound >= (isStartup ? 1 : ROUNDS)) {
            epochStartRound = round;
            previousMax = currentMax;
            currentMax = 0;
        }
    }

    /** Nothing is expected to have been acknowledged since now. */
    void restart(long nowNs) {
        hasInterval = true;
        intervalStartNs = nowNs;
        intervalBytes = 0;
    }

    long extraBytes() {
        return Math.max(previousMax, currentMax);
    }
}
