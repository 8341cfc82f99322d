package io.packetfs.endpoint;

/**
 * What this side lets the peer open: as much as the application has consumed, plus a window that grows while it is what limits the
 * peer, that is while half of it is used up in less than two round trips (spec: CRD-3). So the window settles at a few times the
 * bandwidth-delay product and never has to be configured.
 *
 * <p>It is never less than the longest gram takes, and is granted anew before less than that is left: a peer whose next gram costs more
 * than what is left, and that waits with nothing under way, would wait for ever.
 */
final class ReceiveCredit {
    private final long windowBytesMax;
    private final long gramBytesMax;
    private long windowBytes;
    private long grantedBytes;
    private long openedBytes;
    private long consumedBytes;
    private long lastGrantNs;
    private boolean grantDue;

    /**
     * @param windowBytesInitial not less than {@code gramBytesMax}
     * @param gramBytesMax what the longest gram costs
     */
    ReceiveCredit(long windowBytesInitial, long windowBytesMax, long gramBytesMax, long nowNs) {
        this.windowBytesMax = windowBytesMax;
        this.gramBytesMax = gramBytesMax;
        windowBytes = windowBytesInitial;
        grantedBytes = windowBytesInitial;
        lastGrantNs = nowNs;
    }

    /** Counts a gram that the peer has opened. Returns false if it had no credit for it. */
    boolean onOpened(int costBytes) {
        openedBytes += costBytes;
        return openedBytes <= grantedBytes;
    }

    /** Counts bytes that the application has consumed. */
    void onConsumed(long nowNs, int costBytes, long rttNs) {
        consumedBytes += costBytes;
        assert consumedBytes <= openedBytes : "more credit is given back than was taken";
        if (grantedBytes - consumedBytes > Math.max(windowBytes / 2, gramBytesMax)) {
            return;
        }
        if (nowNs - lastGrantNs < 2 * rttNs) {
            windowBytes = Math.min(windowBytes * 2, windowBytesMax);
        }
        lastGrantNs = nowNs;
        grantedBytes = consumedBytes + windowBytes;
        grantDue = true;
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
}
