package io.packetfs.ackwindow;

/** What was lost and what was delivered in the last round trip. */
final class RoundLoss {
    private long startLostBytes;
    private long ackedBytes;
    private long lostBytes;
    private long deliveredBytes;

    void onAck(DeliverySample sample) {
        ackedBytes += sample.ackedBytes();
    }

    /** A round begins with this sample. */
    void onRound(DeliverySample sample) {
        lostBytes = Math.max(0, sample.lossSignalBytesInAll() - startLostBytes);
        startLostBytes = sample.lossSignalBytesInAll();
        deliveredBytes = ackedBytes;
        ackedBytes = 0;
    }

    /** What counts as a sign of congestion. */
    long lostBytes() {
        return lostBytes;
    }

    long deliveredBytes() {
        return deliveredBytes;
    }
}
