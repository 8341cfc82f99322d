package io.packetfs.ackwindow;

/**
 * What one acknowledgement says about the path, for a {@link CongestionController}: how much arrived, how fast, and how much was lost.
 * One object is filled again for every acknowledgement; it is valid within the call it is passed to. Sizes in bytes, times in
 * nanoseconds.
 *
 * <p>The rate is measured as draft-ietf-ccwg-bbr, section 4.1, describes: what was delivered between the moments when the newest
 * acknowledged packet was sent and was acknowledged, over the longer of the times that sending and acknowledging it took.
 */
public final class DeliverySample {
    long ackedBytes;
    long lostBytes;
    long deliveredBytes;
    long priorDeliveredBytes;
    long deliveredSinceSendBytes;
    long lossSignalSinceSendBytes;
    long lossSignalBytesInAll;
    long lostBytesInAll;
    long bytesPerSecond;
    long rttNs;
    long inFlightBytes;
    long priorInFlightBytes;
    long inFlightBytesAtSend;
    long newestSentNs;
    long senderLatenessNs;
    boolean isApplicationLimited;
    boolean isWindowLimited;

    DeliverySample() {}

    /** Newly acknowledged by this acknowledgement. */
    public long ackedBytes() {
        return ackedBytes;
    }

    /** Declared lost while this acknowledgement was processed. */
    public long lostBytes() {
        return lostBytes;
    }

    /** Delivered over the whole connection, this acknowledgement included. */
    public long deliveredBytes() {
        return deliveredBytes;
    }

    /** Delivered over the whole connection when the newest acknowledged packet was sent. */
    public long priorDeliveredBytes() {
        return priorDeliveredBytes;
    }

    /** Delivered since the newest acknowledged packet was sent. */
    public long deliveredSinceSendBytes() {
        return deliveredSinceSendBytes;
    }

    /** Declared lost since the newest acknowledged packet was sent, as far as it counts ({@link LossRuns}). */
    public long lossSignalSinceSendBytes() {
        return lossSignalSinceSendBytes;
    }

    /** Declared lost over the whole connection, without what arrived after all, as far as it counts ({@link LossRuns}). */
    public long lossSignalBytesInAll() {
        return lossSignalBytesInAll;
    }

    /** Declared lost over the whole connection, without what arrived after all. */
    public long lostBytesInAll() {
        return lostBytesInAll;
    }

    /** The delivery rate in bytes a second; 0 if this acknowledgement gave no trustworthy one. */
    public long bytesPerSecond() {
        return bytesPerSecond;
    }

    /** Round-trip time of the newest acknowledged packet, the peer's delay included; -1 if there is none. */
    public long rttNs() {
        return rttNs;
    }

    /** In flight after this acknowledgement and the losses it showed. */
    public long inFlightBytes() {
        return inFlightBytes;
    }

    /** In flight before this acknowledgement. */
    public long priorInFlightBytes() {
        return priorInFlightBytes;
    }

    /** In flight when the newest acknowledged packet had just been sent. */
    public long inFlightBytesAtSend() {
        return inFlightBytesAtSend;
    }

    /** When the newest acknowledged packet was sent. */
    public long newestSentNs() {
        return newestSentNs;
    }

    /** How late this side has come at most, of late, to send what pacing held back; 8 ms or less. */
    public long senderLatenessNs() {
        return senderLatenessNs;
    }

    /** Whether the sender had nothing more to send when the newest acknowledged packet went out: the rate may understate the path. */
    public boolean isApplicationLimited() {
        return isApplicationLimited;
    }

    /** Whether the congestion window was full at some time since the newest acknowledged packet was sent. */
    public boolean isWindowLimited() {
        return isWindowLimited;
    }
}
