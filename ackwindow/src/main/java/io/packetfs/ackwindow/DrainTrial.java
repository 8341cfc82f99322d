package io.packetfs.ackwindow;

/**
 * Whether sending slower than the model says empties the queue that stands. It does where the queue is this flow's own, because the model is
 * too high; where others hold it, it gives them this flow's share. So it is tried only in a cycle in which going down has emptied the queue, as
 * it does where nobody else fills it, and no longer than it helps.
 */
final class DrainTrial {
    /** What is left of the queue, at most, when it should be gone, or others hold it. */
    private static final double LEFT_MAX = 0.8;

    private static final int ROUND_TRIPS_TO_SHOW = 2;

    private boolean isPossible;
    private boolean isOn;
    private boolean isRunning;
    private long startNs;
    private long startQueueNs;

    /** A cycle begins. It can tell whose the queue is unless all have just left the path empty for a probe of the round trip. */
    void onCycle(boolean isAfterRttProbe) {
        isPossible = !isAfterRttProbe;
        isOn = false;
        isRunning = false;
    }

    /**
     * A stretch of time ended.
     *
     * @param queueNs by how much a queue lengthened even its shortest round trip; 0 if none stood that is worth emptying
     * @param minRttNs the path's shortest round trip
     * @param margin by how much this flow sends slower than its model says
     */
    void onStretch(long nowNs, long queueNs, long minRttNs, double margin) {
        if (queueNs <= 0) {
            isOn = isPossible;
            isRunning = false;
        } else if (!isRunning) {
            start(nowNs, queueNs);
        } else if (nowNs - startNs >= ROUND_TRIPS_TO_SHOW * minRttNs + (long) (startQueueNs / margin)) {
            isOn &= queueNs <= LEFT_MAX * startQueueNs;
            start(nowNs, queueNs);
        }
    }

    /** Whether to send slower while a queue stands. */
    boolean isOn() {
        return isOn;
    }

    private void start(long nowNs, long queueNs) {
        isRunning = true;
        startNs = nowNs;
        startQueueNs = queueNs;
    }
}
