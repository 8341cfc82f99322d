package io.packetfs.ackwindow;

/**
 * Measures how fast the path delivers, as draft-ietf-ccwg-bbr, section 4.1 (formerly draft-cheng-iccrg-delivery-rate-estimation),
 * describes. It keeps the connection's counts, and for one acknowledgement at a time the newest packet it acknowledged; how delivery stood
 * when that was sent is among what is known of the packet.
 *
 * <p>Order of calls: {@link #onSent} for each packet in flight; for each acknowledgement {@link #begin}, {@link #onDelivered} for all its packets,
 * {@link #onLost} per loss, {@link #finish}.
 */
final class DeliveryRate {
    private final DeliverySample sample = new DeliverySample();

    private long deliveredBytes;
    private long deliveredNs;
    private long firstSentNs;
    private long lostBytes;
    private long lossSignalBytes;

    /** While delivered bytes are not above this, samples are limited by the application; 0 when they are not. */
    private long applicationLimitedUntilBytes;

    private long newestNumber;

    void onSent(long nowNs, long inFlightBytesBefore) {
        if (inFlightBytesBefore == 0) {
            firstSentNs = nowNs;
            deliveredNs = nowNs;
        }
    }

    /** The application has nothing more to send: what is in flight now will not show what the path can do. */
    void onApplicationLimited(long inFlightBytes) {
        applicationLimitedUntilBytes = Math.max(deliveredBytes + inFlightBytes, 1);
    }

    void begin(long inFlightBytes) {
        newestNumber = -1;
        sample.ackedBytes = 0;
        sample.lostBytes = 0;
        sample.bytesPerSecond = 0;
        sample.rttNs = -1;
        sample.priorInFlightBytes = inFlightBytes;
    }

    /** Some packets were, of these bytes together; the newest has this number. */
    void onDelivered(long nowNs, long newest, long bytes) {
        deliveredBytes += bytes;
        deliveredNs = nowNs;
        sample.ackedBytes += bytes;
        newestNumber = Math.max(newestNumber, newest);
    }

    /** {@code signalBytes} of the lost packet's {@code bytes} count as a sign of congestion. */
    void onLost(int bytes, int signalBytes) {
        lossSignalBytes += signalBytes;
        lostBytes += bytes;
        sample.lostBytes += bytes;
    }

    /** Bytes that were counted as lost arrived after all. */
    void onSpurious(int bytes, int signalBytes) {
        lossSignalBytes -= signalBytes;
        lostBytes -= bytes;
    }

    /** Completes the sample of this acknowledgement, or returns null if it delivered nothing that was in flight. */
    DeliverySample finish(long nowNs, SentPackets packets, long rttNsMin) {
        if (applicationLimitedUntilBytes != 0 && deliveredBytes > applicationLimitedUntilBytes) {
            applicationLimitedUntilBytes = 0;
        }
        if (newestNumber < 0) {
            return null;
        }
        int newest = packets.slot(newestNumber);
        sample.newestSentNs = packets.sentNs(newest);
        sample.inFlightBytesAtSend = packets.inFlightBytes(newest);
        sample.isApplicationLimited = packets.hasFlag(newest, SendWindow.APPLICATION_LIMITED);
        sample.priorDeliveredBytes = packets.deliveredBytes(newest);
        sample.deliveredBytes = deliveredBytes;
        sample.deliveredSinceSendBytes = deliveredBytes - sample.priorDeliveredBytes;
        sample.lossSignalSinceSendBytes = Math.max(0, lossSignalBytes - packets.lossSignalBytes(newest));
        sample.lossSignalBytesInAll = lossSignalBytes;
        sample.lostBytesInAll = lostBytes;
        sample.inFlightBytes = packets.outstandingBytes();
        sample.rttNs = nowNs - sample.newestSentNs;
        long sendingNs = sample.newestSentNs - packets.firstSentNs(newest);
        long ackingNs = deliveredNs - packets.deliveredNs(newest);
        long intervalNs = Math.max(sendingNs, ackingNs);
        // A packet that was late, not lost, would show a rate that no path has.
        if (intervalNs > 0 && intervalNs >= rttNsMin) {
            sample.bytesPerSecond = Rates.perSecond(sample.deliveredSinceSendBytes, intervalNs);
        }
        if (sample.newestSentNs - firstSentNs > 0) {
            firstSentNs = sample.newestSentNs;
        }
        return sample;
    }

    /** The newest packet that this acknowledgement delivered, or -1. */
    long newestNumber() {
        return newestNumber;
    }

    long deliveredBytes() {
        return deliveredBytes;
    }

    long deliveredNs() {
        return deliveredNs;
    }

    long firstSentNs() {
        return firstSentNs;
    }

    long lossSignalBytes() {
        return lossSignalBytes;
    }

    boolean isApplicationLimited() {
        return applicationLimitedUntilBytes != 0;
    }
}
