package io.packetfs.endpoint;

/**
 * What this side lets the peer open: as much as the application has consumed, plus a window that is kept at four times what the peer has
 * under way, or more (spec: CRD-3). So the window follows the path by itself: its rate, its round trip, and the round trips that grams
 * wait for the repair of what they lost. It needs no estimate of either, which a side that hardly sends does not have.
 *
 * <p>The window doubles, and no sooner again than as many bytes have landed as a quarter of it, so that opening grams without filling them
 * gains a peer nothing. It is never less than the longest gram takes, and is granted anew before less than that is left: a peer whose next gram
 * costs more than what is left, and that waits with nothing under way, would wait for ever.
 */
final class ReceiveCredit {
    /** The window is granted anew when one part of so many is consumed, and grows when more than one part is under way. */
    private static final int PARTS = 4;

    private final long windowBytesMax;
    private final long gramBytesMax;
    private long windowBytes;
    private long grantedBytes;
    private long openedBytes;
    private long deliveredBytes;
    private long consumedBytes;
    private long landedBytes;
    private long grownAtBytes;
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
        long partBytes = windowBytes / PARTS;
        if (openedBytes - deliveredBytes > partBytes
                && landedBytes - grownAtBytes >= partBytes
                && windowBytes < windowBytesMax) {
            grownAtBytes = landedBytes;
            windowBytes = Math.min(windowBytes * 2, windowBytesMax);
            grant();
        }
    }

    /** Counts a gram that goes to the application, which may keep its credit for a while. */
    void onDelivered(int costBytes) {
        deliveredBytes += costBytes;
    }

    /** Counts bytes that the application has consumed. */
    void onConsumed(int costBytes) {
        consumedBytes += costBytes;
        assert consumedBytes <= deliveredBytes : "more credit is given back than was taken";
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

    private void grant() {
        grantedBytes = consumedBytes + windowBytes;
        grantDue = true;
    }
}
