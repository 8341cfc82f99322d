package io.packetfs.ackwindow;

import io.packetfs.protocol.AckFrame;
import io.packetfs.protocol.AckRanges;
import io.packetfs.protocol.ReasonCode;

/**
 * The sender's half of a connection over a stream that loses nothing and keeps the order (spec: TCP-5): whatever the carrier takes may go,
 * nothing is timed out, repaired, probed for or paced, and an acknowledgement of a number is one of all below. It keeps no record of a
 * packet; of one at a time it remembers when it went, to learn the round trip.
 *
 * <p>Calling order as in {@link Flight}. One agent thread; memory is constant.
 */
// spec: TCP-5, TCP-6
public final class StreamFlight implements Flight {
    /** With so many packets unacknowledged nothing goes out: whoever sends remembers what was in them. */
    public static final int UNACKNOWLEDGED_MAX = 1 << 20;

    private static final long NEVER = Long.MAX_VALUE;

    /** A train as long as the carrier likes. */
    private static final int TRAIN_BYTES = 1 << 20;

    /** Timers of the connection that count in probe time-outs have no shorter unit: a stream may hold much before what they wait for. */
    private static final long TIMEOUT_NS_MIN = 500_000_000;

    private static final long TIMEOUT_NS_MAX = 2_000_000_000;

    private final RttEstimator rtt = new RttEstimator();
    private final CongestionController congestion = new CarrierControl();
    private final FlightCounters counters = new FlightCounters();
    private long peerAckDelayNsMax;
    private long nextNumber;
    private long nextUnacked;
    private long lastEliciting = -1;
    private long sentBytes;
    private long ackedBytes;
    private boolean blocked;

    // the packet whose round trip is being timed; none if its number is below 0
    private long timedNumber = -1;
    private long timedSentNs;
    private long timedSentBytes;

    /**
     * A flight that nothing has been sent into.
     *
     * @param peerAckDelayNsMax how long the peer may wait with an acknowledgement
     */
    public StreamFlight(long peerAckDelayNsMax) {
        this.peerAckDelayNsMax = peerAckDelayNsMax;
    }

    /** Not taken over: it holds the time that it took to open the stream, too. */
    @Override
    public void onHandshakeRtt(long rttNs) {}

    @Override
    public void peerAckDelayNsMax(long delayNs) {
        peerAckDelayNsMax = delayNs;
    }

    @Override
    public void datagramBytes(int bytes) {}

    @Override
    public long nextPacketNumber() {
        return nextNumber;
    }

    @Override
    public int packetsInRow(int bytes) {
        return (int) Math.max(1, UNACKNOWLEDGED_MAX - (nextNumber - lowestRemembered()));
    }

    @Override
    public void onPacketsSent(long nowNs, long first, int count, int bytes, int flags) {
        assert first == nextNumber : first + ", not " + nextNumber;
        nextNumber += count;
        counters.packetsSent += count;
        if ((flags & ACK_ELICITING) == 0) {
            return;
        }
        lastEliciting = nextNumber - 1;
        if (timedNumber < 0) {
            timedNumber = first;
            timedSentNs = nowNs;
            timedSentBytes = sentBytes + bytes;
        }
        sentBytes += (long) count * bytes;
    }

    @Override
    public void onApplicationLimited(long nowNs) {}

    @Override
    public int onAck(long nowNs, AckFrame ack, PacketFate fate) {
        AckRanges ranges = ack.ranges();
        // a gap is a lie where none can be, and so is a number that was not sent. spec: TCP-6
        if (ranges.count() != 1 || ranges.largest() >= nextNumber) {
            counters.acksInvalid++;
            return ReasonCode.ACK_INVALID;
        }
        long largest = ranges.largest();
        if (largest < nextUnacked) {
            counters.acksWithoutNews++;
            return ReasonCode.NO_ERROR;
        }
        if (timedNumber >= 0 && largest >= timedNumber) {
            long delayNs = Math.min(ack.ackDelayUs() * 1_000, peerAckDelayNsMax);
            rtt.onSample(Math.max(1, nowNs - timedSentNs), delayNs);
            ackedBytes = timedSentBytes;
            timedNumber = -1;
        }
        for (; nextUnacked <= largest; nextUnacked++) {
            fate.onAcked(nextUnacked, nextUnacked);
            counters.packetsAcked++;
        }
        if (!isAnswerAwaited()) {
            ackedBytes = sentBytes;
        }
        return ReasonCode.NO_ERROR;
    }

    @Override
    public void onDeadline(long nowNs, PacketFate fate) {}

    /** Never: where the stream ends, the connection does. */
    @Override
    public void onPathChanged(long nowNs, boolean isNewPath, long rttNs, PacketFate fate) {
        throw new IllegalStateException("a stream has one path");
    }

    @Override
    public void onPeerBlocked(boolean isBlocked) {
        blocked = isBlocked;
    }

    @Override
    public long deadlineNs() {
        return NEVER;
    }

    @Override
    public int probesDue() {
        return 0;
    }

    @Override
    public long sendableBytes(long nowNs) {
        return isWindowFull() ? 0 : TRAIN_BYTES;
    }

    @Override
    public boolean isWindowFull() {
        return blocked || nextNumber - lowestRemembered() >= UNACKNOWLEDGED_MAX;
    }

    @Override
    public boolean isOutOfRecords() {
        return isWindowFull();
    }

    @Override
    public long nextSendNs(long nowNs) {
        return isWindowFull() ? NEVER : nowNs;
    }

    @Override
    public int ecn() {
        return 0;
    }

    @Override
    public int trainBytes() {
        return TRAIN_BYTES;
    }

    @Override
    public RttEstimator rtt() {
        return rtt;
    }

    @Override
    public CongestionController congestion() {
        return congestion;
    }

    @Override
    public long probeTimeoutNs() {
        return rtt.hasSample() ? Math.clamp(4 * rtt.smoothedNs(), TIMEOUT_NS_MIN, TIMEOUT_NS_MAX) : TIMEOUT_NS_MAX;
    }

    /** An upper bound: what was sent since the last packet that was timed and answered. */
    @Override
    public long bytesInFlight() {
        return sentBytes - ackedBytes;
    }

    @Override
    public int bytesOf(long packetNumber) {
        return 0;
    }

    /** What only acknowledges may never be acknowledged; it need not be remembered when nothing else is under way. */
    @Override
    public long lowestRemembered() {
        return isAnswerAwaited() ? nextUnacked : nextNumber;
    }

    @Override
    public long reorderingWindowNs() {
        return 0;
    }

    @Override
    public FlightCounters counters() {
        return counters;
    }

    @Override
    public boolean isEcnOff() {
        return false;
    }

    private boolean isAnswerAwaited() {
        return lastEliciting >= nextUnacked;
    }

    /** The carrier's own, about which nothing is known here: its figures are 0. */
    private static final class CarrierControl implements CongestionController {
        @Override
        public long windowBytes() {
            return 0;
        }

        @Override
        public long pacingBytesPerSecond() {
            return 0;
        }

        @Override
        public String name() {
            return "carrier";
        }
    }
}
