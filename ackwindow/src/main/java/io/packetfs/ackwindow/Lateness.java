package io.packetfs.ackwindow;

/** By how much a host came late, at most, in the last {@link #PERIOD_NS} to twice as long. */
final class Lateness {
    static final long PERIOD_NS = 5_000_000_000L;

    private long currentNs;
    private long previousNs;
    private long periodStartNs;
    private boolean hasStarted;

    /** It was called {@code lateNs} later than it had asked for. */
    void onLate(long nowNs, long lateNs) {
        advance(nowNs);
        currentNs = Math.max(currentNs, lateNs);
    }

    long ns(long nowNs) {
        advance(nowNs);
        return Math.max(previousNs, currentNs);
    }

    private void advance(long nowNs) {
        if (!hasStarted) {
            hasStarted = true;
            periodStartNs = nowNs;
        }
        long elapsedNs = nowNs - periodStartNs;
        if (elapsedNs >= PERIOD_NS) {
            previousNs = elapsedNs >= 2 * PERIOD_NS ? 0 : currentNs;
            currentNs = 0;
            periodStartNs = nowNs;
        }
    }
}
