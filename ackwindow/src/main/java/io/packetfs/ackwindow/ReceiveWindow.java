package io.packetfs.ackwindow;

import io.packetfs.protocol.AckRanges;

/**
 * The receiver's half of a connection in numbers: which packets arrived, which are duplicates, and when an acknowledgement is due.
 *
 * <p>Calling order, all from one thread: {@link #isNew} before a packet is opened, {@link #onPacket} when it proved genuine; after a batch
 * {@link #isAckDue}, and if it is, {@link #fill} an ACK frame, send it, {@link #onAckSent}. {@link #onAckAcknowledged} when the peer
 * acknowledged a packet that carried an ACK. Time is nanoseconds on any monotonic scale. Memory is bounded by {@link
 * SeenNumbers#NUMBERS_MAX} bits and {@link AckRanges#COUNT_MAX} ranges.
 */
public class ReceiveWindow {
    /** Ack-eliciting packets per acknowledgement until the peer says otherwise. */
    // spec: ACK-5
    public static final int PACKETS_PER_ACK_AT_FIRST = 2;

    private static final long NEVER = Long.MAX_VALUE;
    private static final int ECN_ECT1 = 1;
    private static final int ECN_ECT0 = 2;
    private static final int ECN_CE = 3;

    private final SeenNumbers seen = new SeenNumbers();
    private final ReceivedRanges ranges = new ReceivedRanges();
    private final SentReports reports = new SentReports();

    private int packetsPerAck = PACKETS_PER_ACK_AT_FIRST;
    private long delayNsMax;
    private int elicitingUnreported;
    private long oldestUnreportedNs;
    private boolean isDueAtOnce;
    private long largestArrivedNs;

    private long ect0;
    private long ect1;
    private long ce;
    private long packets;
    private long duplicates;
    private long tooOld;

    /**
     * A window that nothing has reached yet.
     *
     * @param delayNsMax the longest that an acknowledgement may wait, until the peer says otherwise
     */
    public ReceiveWindow(long delayNsMax) {
        this.delayNsMax = delayNsMax;
    }

    /** Whether a packet number was not seen before; counts it as a duplicate or as too old if not. */
    public boolean isNew(long packetNumber) {
        if (packetNumber < seen.floor()) {
            tooOld++;
            return false;
        }
        if (seen.isSeen(packetNumber)) {
            duplicates++;
            return false;
        }
        return true;
    }

    /**
     * A packet whose number {@link #isNew} arrived and is genuine.
     *
     * @param isAckEliciting whether it asks for an acknowledgement
     * @param ecn its ECN field, 0 to 3, or a negative number if that is not known
     */
    public void onPacket(long nowNs, long packetNumber, boolean isAckEliciting, int ecn) {
        long expected = seen.end();
        seen.add(nowNs, packetNumber);
        ranges.add(packetNumber);
        packets++;
        countEcn(ecn, 1);
        if (packetNumber >= expected) {
            largestArrivedNs = nowNs;
        }
        if (isAckEliciting) {
            onEliciting(nowNs, 1, packetNumber != expected || ecn == ECN_CE);
        }
    }

    /**
     * Genuine packets arrived in order that ask for an acknowledgement: the {@code count} numbers, at least 1, above {@link #largest}.
     *
     * @param ecn their ECN field, 0 to 3, or a negative number if that is not known
     */
    public final void onNextPackets(long nowNs, int count, int ecn) {
        long first = seen.end();
        seen.addNext(nowNs, count);
        ranges.addNext(first, count);
        packets += count;
        countEcn(ecn, count);
        largestArrivedNs = nowNs;
        onEliciting(nowNs, count, ecn == ECN_CE);
    }

    /** The peer asks for one acknowledgement per {@code packetCount} packets, at least 1, and within {@code delayNs}. */
    public final void ackFrequency(int packetCount, long delayNs) {
        packetsPerAck = Math.max(1, packetCount);
        delayNsMax = delayNs;
    }

    /** The packet that {@link #onPacket} will report next has made a gram whole. Over datagrams that is no reason to acknowledge sooner. */
    public void onGramDelivered() {}

    /** The next packet that asks for an acknowledgement gets it at once. */
    final void ackAtOnce() {
        isDueAtOnce = true;
    }

    /** Whether an acknowledgement shall go now; ask after a batch of packets, so that one answers for all of it. */
    public boolean isAckDue(long nowNs) {
        if (elicitingUnreported == 0) {
            return false;
        }
        return isDueAtOnce || elicitingUnreported >= packetsPerAck || nowNs - oldestUnreportedNs >= delayNsMax;
    }

    /** Whether a packet that asked for an acknowledgement is still without one: one that can ride along for nothing should. */
    public boolean hasUnreported() {
        return elicitingUnreported > 0;
    }

    /** When {@link #isAckDue} becomes true without a further packet; {@link Long#MAX_VALUE} if nothing is unreported. */
    public long ackDeadlineNs() {
        return elicitingUnreported == 0 ? NEVER : oldestUnreportedNs + delayNsMax;
    }

    /** Replaces the content of {@code target} by what is to be reported: every gap, the highest {@link AckRanges#COUNT_MAX} ranges. */
    public void fill(AckRanges target) {
        ranges.copyTo(target);
    }

    /** How long ago the largest number arrived. */
    // spec: ACK-6
    public long ackDelayNs(long nowNs) {
        return Math.max(0, nowNs - largestArrivedNs);
    }

    /** An ACK frame with all that is to be reported went out in packet {@code ackPacketNumber}. */
    public void onAckSent(long nowNs, long ackPacketNumber) {
        elicitingUnreported = 0;
        isDueAtOnce = false;
        ranges.onReported(ackPacketNumber);
        reports.add(ackPacketNumber, largest());
    }

    /**
     * The peer has an ACK that reported up to {@code largestReportedInThatAck}: what it reported needs no repetition. Numbers that arrived
     * late, after that ACK, stay until a later one is acknowledged.
     */
    public void onAckAcknowledged(long largestReportedInThatAck) {
        long report = reports.firstWith(largestReportedInThatAck);
        if (report != SentReports.UNKNOWN) {
            ranges.forgetReported(report, largestReportedInThatAck);
        }
    }

    /** The largest number that arrived, or -1. */
    public long largest() {
        return seen.end() - 1;
    }

    public long ect0() {
        return ect0;
    }

    public long ect1() {
        return ect1;
    }

    public long ce() {
        return ce;
    }

    /** Whether any packet came with an ECN mark, so that counts are worth reporting. */
    public boolean hasEcn() {
        return (ect0 | ect1 | ce) != 0;
    }

    /** Packets taken, each once. */
    public long packets() {
        return packets;
    }

    public long duplicates() {
        return duplicates;
    }

    /** Packets below the window in which new can be told from seen. */
    public long tooOld() {
        return tooOld;
    }

    /** Ranges that are not reported any more because there were too many. */
    public long rangesDropped() {
        return ranges.dropped();
    }

    // spec: ACK-5
    private void onEliciting(long nowNs, int count, boolean isUrgent) {
        if (elicitingUnreported == 0) {
            oldestUnreportedNs = nowNs;
        }
        elicitingUnreported += count;
        isDueAtOnce |= isUrgent;
    }

    private void countEcn(int ecn, int count) {
        switch (ecn) {
            case ECN_ECT0 -> ect0 += count;
            case ECN_ECT1 -> ect1 += count;
            case ECN_CE -> ce += count;
            default -> {
                // Not marked, or not known.
            }
        }
    }
}
