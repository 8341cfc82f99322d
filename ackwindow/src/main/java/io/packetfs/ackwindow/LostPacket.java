package io.packetfs.ackwindow;

/**
 * One packet that was declared lost, for a {@link CongestionController}. One object is filled again for every loss; it is valid within
 * the call it is passed to.
 */
public final class LostPacket {
    int bytes;
    long sentNs;
    long inFlightBytesAtSend;
    int lossSignalBytes;
    long lossSignalSinceSendBytes;
    long deliveredSinceSendBytes;
    long deliveredBytes;
    boolean isApplicationLimited;
    boolean isNewEpisode;

    LostPacket() {}

    public int bytes() {
        return bytes;
    }

    public long sentNs() {
        return sentNs;
    }

    /** In flight when this packet had just been sent, itself among them. */
    public long inFlightBytesAtSend() {
        return inFlightBytesAtSend;
    }

    /** What of {@link #bytes} counts as a sign of congestion ({@link LossRuns}). */
    public int lossSignalBytes() {
        return lossSignalBytes;
    }

    /** Declared lost since this packet was sent, as far as it counts ({@link LossRuns}). */
    public long lossSignalSinceSendBytes() {
        return lossSignalSinceSendBytes;
    }

    /** Delivered since this packet was sent. */
    public long deliveredSinceSendBytes() {
        return deliveredSinceSendBytes;
    }

    /** Delivered over the whole connection when the loss was declared. */
    public long deliveredBytes() {
        return deliveredBytes;
    }

    public boolean isApplicationLimited() {
        return isApplicationLimited;
    }

    /** Whether this loss begins a new episode: the packet was sent after the response to the last one. One response per episode. */
    public boolean isNewEpisode() {
        return isNewEpisode;
    }
}
