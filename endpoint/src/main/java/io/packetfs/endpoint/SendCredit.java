package io.packetfs.endpoint;

/** What the peer lets this side open: bytes of landing space and gram ids (spec: CRD-1, CRD-2). */
final class SendCredit {
    private long bytesMax;
    private long gramsMax;
    private long bytesOpened;
    private boolean blocked;
    private long blockedCount;

    SendCredit(long bytesMax, long gramsMax) {
        this.bytesMax = bytesMax;
        this.gramsMax = gramsMax;
    }

    /** Takes what a CREDIT frame grants; smaller values are old ones. */
    void onCredit(long bytes, long grams) {
        bytesMax = Math.max(bytesMax, bytes);
        gramsMax = Math.max(gramsMax, grams);
    }

    boolean allows(long gramId, int costBytes) {
        boolean allowed = gramId < gramsMax && costBytes <= bytesMax - bytesOpened;
        if (!allowed && !blocked) {
            blockedCount++;
        }
        blocked = !allowed;
        return allowed;
    }

    void onOpened(int costBytes) {
        bytesOpened += costBytes;
    }

    /** Whether the last gram that wanted to be opened had to wait. */
    boolean isBlocked() {
        return blocked;
    }

    /** How often sending came to a stop for want of credit. */
    long blockedCount() {
        return blockedCount;
    }
}
