package io.packetfs.ackwindow;

/**
 * The shortest round trip of the last ten seconds, which is that of the path without queues if there was a moment without them
 * (draft-ietf-ccwg-bbr, section 5.5.7). When it has grown old, {@link Bbr} empties the path before it believes a longer one.
 */
final class MinRtt {
    static final long KEPT_NS = 10_000_000_000L;

    /** A sample that exceeds the minimum by no more than one part of so many confirms it: the path was as good as empty. */
    private static final long TOLERANCE_PARTS = 32;

    private static final long NONE = Long.MAX_VALUE;

    private long minNs = NONE;
    private long takenNs;
    private boolean isExpired;

    /** Whether the minimum is too old at {@code nowNs}; read before {@link #onSample} replaces it. */
    boolean expires(long nowNs) {
        isExpired = minNs != NONE && nowNs - takenNs > KEPT_NS;
        return isExpired;
    }

    void onSample(long nowNs, long rttNs) {
        if (rttNs < 0) {
            return;
        }
        if (rttNs < minNs || isExpired) {
            minNs = rttNs;
            takenNs = nowNs;
        } else if (rttNs - minNs <= toleranceNs(minNs)) {
            takenNs = nowNs;
        }
    }

    /** By how much a sample may exceed the minimum and confirm it. */
    static long toleranceNs(long minNs) {
        return minNs / TOLERANCE_PARTS;
    }

    /** The minimum as it was before it had grown old has been confirmed: what was seen since does not make it longer. */
    void confirm(long knownNs) {
        minNs = Math.min(minNs, knownNs);
    }

    /** The path was emptied to look: the minimum is good for another ten seconds. */
    void renew(long nowNs) {
        takenNs = nowNs;
    }

    boolean isKnown() {
        return minNs != NONE;
    }

    long ns() {
        return minNs;
    }
}
