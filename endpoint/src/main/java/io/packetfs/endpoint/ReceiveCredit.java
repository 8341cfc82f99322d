package io.packetfs.endpoint;

/**
 * What this side lets the peer open: as much as the application has consumed, plus a window that grows with the path by itself (spec:
 * CRD-3). It doubles when a quarter of it is consumed in less than half a round trip: then it holds less than twice what the path does. And
 * it doubles when more than a quarter of it is under way, for where grams wait round trips for the repair of what they lost, little is
 * consumed at a time.
 *
 * <p>It doubles no sooner again than as many bytes have landed as a quarter of it, so that opening grams without filling them gains a peer
 * nothing. It is never less than the longest gram takes, and is granted anew before less than that is left: a peer whose next gram
 * costs more than what is left, and that waits with nothing under way, would wait for ever.
 */
final class ReceiveCredit {
    /** The window is granted anew when one part of so many is consumed, and grows when more than one part is under way. */
    private static final int PARTS = 4;

    private static final long NEVER = Long.MIN_VALUE;

    private final long windowBytesMax;
    private final long gramBytesMax;
    private long windowBytes;
    private long grantedBytes;
    private long openedBytes;
    private long deliveredBytes;
    private long consumedBytes;
    private long landedBytes;
    private long grownAtBytes;
    private long quarterStartNs = NEVER;
    private long quarterStartBytes;
    private boolean grantDue;

    /**
     * @param windowBytesInitial not less than {@code gramBytesMax}
     * @param gramBytesMax what the longest gram costs
     */
    ReceiveCredit(long windowBytesInitial, long windowBytesMax, long gramBytesMax) {
        this.windowBytesMax = windowBytesMax;
        this.gramBytesMax = gramBytesMax;
        windowBytes = windowBytesInitial;
        grantedBytes = windowBytesInitial;
    }

    /** Counts a gram that the peer has opened. Returns false if it had no credit for it. */
    boolean onOpened(int costBytes) {
        openedBytes += costBytes;
        return openedBytes <= grantedBytes;
    }

    /** Counts payload that was new. */
    void onLanded(int bytes) {
        landedBytes += bytes;
        if (openedBytes - deliveredBytes > windowBytes / PARTS) {
            grow();
        }
    }

    /** Counts a gram that goes to the application, which may keep its credit for a while. */
    void onDelivered(int costBytes) {
        deliveredBytes += costBytes;
    }

    /** Bytes that have landed, of grams that are not delivered. */
    long pendingBytes() {
        return landedBytes - deliveredBytes;
    }

    /**
     * Counts bytes that the application has consumed.
     *
     * @param rttNs this side's estimate of the round trip
     */
    void onConsumed(long nowNs, int costBytes, long rttNs) {
        consumedBytes += costBytes;
        assert consumedBytes <= deliveredBytes : "more credit is given back than was taken";
        watchQuarter(nowNs, rttNs);
        if (grantedBytes - consumedBytes <= Math.max(windowBytes - windowBytes / PARTS, gramBytesMax)) {
            grant();
        }
    }

    /** Whether a CREDIT frame has news for the peer. */
    boolean isGrantDue() {
        return grantDue;
    }

    /** A CREDIT frame with the present values was sent, or was lost. */
    void grantDue(boolean due) {
        grantDue = due;
    }

    /** The sum of costs that the peer may open. */
    long grantedBytes() {
        return grantedBytes;
    }

    long windowBytes() {
        return windowBytes;
    }

    private void watchQuarter(long nowNs, long rttNs) {
        if (quarterStartNs != NEVER && consumedBytes - quarterStartBytes < windowBytes / PARTS) {
            return;
        }
        if (quarterStartNs != NEVER && nowNs - quarterStartNs < rttNs / 2) {
            grow();
        }
        quarterStartNs = nowNs;
        quarterStartBytes = consumedBytes;
    }

    private void grow() {
        if (landedBytes - grownAtBytes >= windowBytes / PARTS && windowBytes < windowBytesMax) {
            grownAtBytes = landedBytes;
            windowBytes = Math.min(windowBytes * 2, windowBytesMax);
            grant();
        }
    }

    private void grant() {
        grantedBytes = consumedBytes + windowBytes;
        grantDue = true;
    }
}
