package io.packetfs.endpoint;

import java.net.InetSocketAddress;

/**
 * Challenges to one address, until one of them is answered or their time is over. spec: PTH-5
 *
 * <p>Order of calls: while {@link #isDue}, {@link #onSent} or {@link #onPassed}; {@link #roundTripNs} for each response.
 */
final class PathTrial {
    static final int CHALLENGES_MAX = 5;
    static final long DURATION_NS_MIN = 1_000_000_000;

    private static final long NO_MATCH = -1;

    private final InetSocketAddress address;
    private final long intervalNs;
    private final long endNs;
    private final long[] data = new long[CHALLENGES_MAX];
    private final long[] sentNs = new long[CHALLENGES_MAX];
    private int sent;
    private int tries;
    private long nextNs;

    PathTrial(long nowNs, InetSocketAddress address, long probeTimeoutNs) {
        this.address = address;
        intervalNs = probeTimeoutNs;
        endNs = nowNs + Math.max(CHALLENGES_MAX * probeTimeoutNs, DURATION_NS_MIN);
        nextNs = nowNs;
    }

    InetSocketAddress address() {
        return address;
    }

    boolean isDue(long nowNs) {
        return tries < CHALLENGES_MAX && nowNs - nextNs >= 0;
    }

    boolean isOver(long nowNs) {
        return nowNs - endNs >= 0;
    }

    /** When the next challenge is due, or the trial is over. */
    long deadlineNs() {
        return tries < CHALLENGES_MAX ? Math.min(nextNs, endNs) : endNs;
    }

    void onSent(long nowNs, long challengeData) {
        data[sent] = challengeData;
        sentNs[sent] = nowNs;
        sent++;
        onPassed(nowNs);
    }

    /** A challenge was due, and could not be sent. */
    void onPassed(long nowNs) {
        tries++;
        nextNs = nowNs + intervalNs;
    }

    /** The round trip of the challenge that this answers, in nanoseconds, at least 1; negative if none had this data. */
    long roundTripNs(long nowNs, long responseData) {
        for (int i = 0; i < sent; i++) {
            if (data[i] == responseData) {
                return Math.max(1, nowNs - sentNs[i]);
            }
        }
        return NO_MATCH;
    }
}
