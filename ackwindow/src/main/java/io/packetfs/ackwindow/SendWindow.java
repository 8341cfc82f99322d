package io.packetfs.ackwindow;

import io.packetfs.protocol.AckFrame;
import io.packetfs.protocol.AckRanges;
import io.packetfs.protocol.ReasonCode;
import java.util.random.RandomGenerator;

/**
 * The sender's half of a connection in numbers: what is in flight, what became of it, and how much may go now. It knows packets by number
 * and size, never their content.
 *
 * <p>Calling order, all from one thread:
 *
 * <ul>
 *   <li>commands: {@link #onHandshakeRtt} once; to send, ask {@link #sendableBytes} (or {@link #probesDue()}), take {@link
 *       #nextPacketNumber()}, send, report {@link #onPacketSent}; {@link #onApplicationLimited} when sending stops for lack of data while
 *       {@link #sendableBytes} is above 0;
 *   <li>inputs: {@link #onAck} for each ACK frame, {@link #onDeadline} when {@link #deadlineNs()} has come, {@link #onPathChanged};
 *   <li>after any of them read {@link #deadlineNs()} and {@link #nextSendNs} anew.
 * </ul>
 *
 * <p>Time is nanoseconds on any monotonic scale; moments compare by subtraction. Memory is bounded by {@link SentPackets#NUMBERS_MAX}
 * records of about 60 bytes; it starts small and grows with what is in flight. An acknowledgement costs time in the packets it newly
 * acknowledges and its ranges, however much is in flight.
 */
public final class SendWindow implements Flight {
    /** Kept with a packet that was sent while the application limited the rate. */
    static final int APPLICATION_LIMITED = 16;

    /** Kept with a lost packet that counts as a sign of congestion. */
    static final int LOSS_SIGNAL = 32;

    /** Kept with a packet that went out in the second half of its train. */
    static final int SECOND_HALF = 64;

    /** No loss is declared sooner after sending: below this, what looks like time on the wire is time in this host. */
    static final long LOSS_NS_MIN = 100_000;

    /** How long a lost packet stays known, in smoothed round-trip times after it was sent, so that its late arrival is noticed. */
    static final int REMEMBERED_ROUND_TRIPS = 6;

    /** Lost packets stay known at least so long. */
    static final long REMEMBERED_NS_MIN = 50_000_000;

    private static final long NEVER = Long.MAX_VALUE;

    private final SentPackets packets;
    private final PacketNumbers numbers;
    private final RttEstimator rtt = new RttEstimator();
    private final ReorderingWindow reordering = new ReorderingWindow(rtt);
    private final ProbeTimer probes;
    private final DeliveryRate rate = new DeliveryRate();
    private final EcnPath ecn = new EcnPath();
    private final LossSigns losses = new LossSigns();
    private final TrainLength trainLength = new TrainLength();
    private final FlightCounters counters = new FlightCounters();
    private final CongestionControllerSupplier supplier;
    private final RandomGenerator random;
    private CongestionController congestion;
    private Pacer pacer;

    private int datagramBytes;
    private long largestAcked = -1;

    /** The first number sent to the present address; what lies below went elsewhere and shows nothing of this path. */
    private long pathFirst;

    private long roundEnd;
    private boolean hasLossDeadline;
    private long lossDeadlineNs;

    /** The window was full when this packet had been sent; -1 if it never was. */
    private long windowFilledNumber = -1;

    /**
     * A window that nothing has been sent into.
     *
     * @param datagramBytes the size of datagrams at first
     * @param supplier the congestion policy
     * @param random for what must not be predictable by the peer or alike in all connections
     * @param peerAckDelayNsMax how long the peer may wait with an acknowledgement until it is told otherwise
     */
    public SendWindow(
            int datagramBytes, CongestionControllerSupplier supplier, RandomGenerator random, long peerAckDelayNsMax) {
        this(datagramBytes, supplier, random, peerAckDelayNsMax, PacketNumbers.from(random, 0));
    }

    /**
     * A window whose numbers make keys live shorter.
     *
     * @param packetsPerKey about how many packets a key seals, 2 to {@link io.packetfs.protocol.PacketHeader#NUMBERS_PER_KEY}
     */
    public SendWindow(
            int datagramBytes,
            CongestionControllerSupplier supplier,
            RandomGenerator random,
            long peerAckDelayNsMax,
            int packetsPerKey) {
        this(datagramBytes, supplier, random, peerAckDelayNsMax, PacketNumbers.withKeysOf(random, packetsPerKey));
    }

    /** A window whose packets get these numbers. */
    SendWindow(
            int datagramBytes,
            CongestionControllerSupplier supplier,
            RandomGenerator random,
            long peerAckDelayNsMax,
            PacketNumbers numbers) {
        this.datagramBytes = datagramBytes;
        this.numbers = numbers;
        long first = numbers.next();
        packets = new SentPackets(first);
        probes = new ProbeTimer(rtt, peerAckDelayNsMax);
        this.supplier = supplier;
        this.random = random;
        pathFirst = first;
        congestion = supplier.create(datagramBytes, rtt, random);
        pacer = new Pacer(datagramBytes);
    }

    /** The handshake took {@code rttNs} for its round trip: the first sample, which sets the first pacing rate. */
    @Override
    public void onHandshakeRtt(long rttNs) {
        rtt.onSample(rttNs, 0);
    }

    /** The peer was told to wait at most {@code delayNs} with acknowledgements. */
    @Override
    public void peerAckDelayNsMax(long delayNs) {
        probes.peerAckDelayNsMax(delayNs);
    }

    /** The path carries datagrams of another size from now on. */
    @Override
    public void datagramBytes(int bytes) {
        datagramBytes = bytes;
        pacer.datagramBytes(bytes);
        congestion.onDatagramBytes(bytes);
    }

    /** The number of the next packet; the same until {@link #onPacketsSent}. */
    @Override
    public long nextPacketNumber() {
        return numbers.next();
    }

    @Override
    public int packetsInRow(int bytes) {
        long room = (windowRoomBytes() - datagramBytes) / bytes + 1;
        return (int) Math.max(1, Math.min(Math.min(room, numbers.inRow()), packets.numbersLeft()));
    }

    /**
     * Packets go out. Those that ask for an acknowledgement are the probes that are due.
     *
     * @param first what {@link #nextPacketNumber()} gave
     * @param bytes the size of each as the window counts it: the UDP payload
     * @param flags {@link #ACK_ELICITING}, {@link #IN_FLIGHT}, {@link #MTU_PROBE}, {@link #ECN_MARKED}
     */
    @Override
    public void onPacketsSent(long nowNs, long first, int count, int bytes, int flags) {
        assert first == numbers.next() && first == packets.end();
        assert (flags & ACK_ELICITING) == 0 || (flags & IN_FLIGHT) != 0;
        counters.packetsSent += count;
        if ((flags & ACK_ELICITING) != 0) {
            probes.onElicitingSent(nowNs, count);
        }
        if ((flags & ECN_MARKED) != 0) {
            ecn.onSent(count);
        }
        if (!packets.hasRoomFor(count)) {
            forget(nowNs);
        }
        if ((flags & IN_FLIGHT) != 0) {
            addInFlight(nowNs, count, bytes, flags);
        } else {
            packets.add(nowNs, count, bytes, flags, rate);
        }
        if (numbers.advance(count)) {
            packets.skip();
        }
    }

    private void addInFlight(long nowNs, int count, int bytes, int flags) {
        congestion.onPacketSent(nowNs, packets.outstandingBytes(), rate.isApplicationLimited());
        int inFirstHalf = Math.min(count, pacer(nowNs).packetsInFirstHalf(bytes));
        trainLength.onSent(count, count - inFirstHalf);
        pacer.onSent(nowNs, (long) count * bytes);
        rate.onSent(nowNs, packets.outstandingBytes());
        int kept = flags | (rate.isApplicationLimited() ? APPLICATION_LIMITED : 0);
        packets.add(nowNs, count, bytes, kept, rate);
        packets.setFlagFrom(packets.end() - (count - inFirstHalf), SECOND_HALF);
        if (windowRoomBytes() < datagramBytes) {
            windowFilledNumber = packets.end() - 1;
        }
    }

    /** There was room to send and nothing to send: what is in flight now understates the path. */
    @Override
    public void onApplicationLimited(long nowNs) {
        if (sendableBytes(nowNs) > 0) {
            rate.onApplicationLimited(packets.outstandingBytes());
        }
    }

    /**
     * Takes an ACK frame. Either all of it counts or, if the peer acknowledges what it cannot have seen, none of it.
     *
     * @return {@link ReasonCode#NO_ERROR}, or {@link ReasonCode#ACK_INVALID} with nothing changed
     */
    @Override
    public int onAck(long nowNs, AckFrame ack, PacketFate fate) {
        AckRanges ranges = ack.ranges();
        // spec: ACK-4
        if (!numbers.wereSent(ranges)) {
            counters.acksInvalid++;
            return ReasonCode.ACK_INVALID;
        }
        rate.begin(packets.outstandingBytes());
        long priorLargest = largestAcked;
        long ackedBefore = counters.packetsAcked;
        boolean isElicitingAcked = acknowledge(nowNs, ranges, fate);
        if (counters.packetsAcked == ackedBefore) {
            counters.acksWithoutNews++;
            return ReasonCode.NO_ERROR;
        }
        if (isElicitingAcked) {
            probes.onElicitingAcked();
            if (ranges.largest() > priorLargest && ranges.largest() >= pathFirst) {
                // spec: ACK-6
                long delayNs = Math.min(ack.ackDelayUs() * 1_000, probes.peerAckDelayNsMax());
                rtt.onSample(nowNs - packets.sentNs(packets.slot(ranges.largest())), delayNs);
            }
        }
        long marks = ecn.onAck(ack, ranges.largest() > priorLargest);
        largestAcked = Math.max(priorLargest, ranges.largest());
        if (largestAcked >= roundEnd) {
            roundEnd = packets.end();
            reordering.onRound();
        }
        detectLosses(nowNs, fate);
        DeliverySample sample = rate.finish(nowNs, packets, rtt.minNs());
        if (sample != null) {
            sample.senderLatenessNs = pacer.latenessNs(nowNs);
            sample.isWindowLimited = windowFilledNumber >= rate.newestNumber();
            if (marks > 0) {
                counters.congestionMarks += marks;
                congestion.onCongestionMarked(nowNs, marks, sample);
            }
            congestion.onAck(nowNs, sample);
        }
        forget(nowNs);
        if (packets.outstandingBytes() == 0 && numbers.leap(largestAcked)) {
            packets.restart(numbers.next());
        }
        return ReasonCode.NO_ERROR;
    }

    /** The time of {@link #deadlineNs()} has come: finds what is lost by now, or has probes sent. Harmless when called early. */
    @Override
    public void onDeadline(long nowNs, PacketFate fate) {
        if (hasLossDeadline) {
            if (nowNs - lossDeadlineNs >= 0) {
                rate.begin(packets.outstandingBytes());
                detectLosses(nowNs, fate);
                forget(nowNs);
            }
            return;
        }
        if (packets.outstandingEliciting() > 0 && nowNs - probes.deadlineNs() >= 0) {
            counters.probeTimeouts++;
            probes.onTimeout(nowNs);
        }
    }

    /**
     * Packets go to another address from now on, where the peer has answered, while it did not at the old one. What was under way to the
     * old one is lost, which says nothing about congestion.
     *
     * @param isNewPath whether what was learned of the path is void; not so if addresses differ in their port only (RFC 9000, section
     *     9.4)
     * @param rttNs the round trip that the new path has shown
     */
    // spec: PTH-8
    @Override
    public void onPathChanged(long nowNs, boolean isNewPath, long rttNs, PacketFate fate) {
        long end = packets.end();
        for (long number = packets.nextOutstanding(packets.base(), end - 1);
                number >= 0;
                number = packets.nextOutstanding(number + 1, end - 1)) {
            strand(number, fate);
        }
        pathFirst = end;
        hasLossDeadline = false;
        probes.onElicitingAcked();
        if (isNewPath) {
            rtt.restart(rttNs);
            reordering.restart();
            congestion = supplier.create(datagramBytes, rtt, random);
            pacer = new Pacer(datagramBytes);
            windowFilledNumber = -1;
        }
        forget(nowNs);
    }

    /** When {@link #onDeadline} wants to be called; {@link Long#MAX_VALUE} when nothing is awaited. */
    @Override
    public long deadlineNs() {
        if (hasLossDeadline) {
            return lossDeadlineNs;
        }
        return packets.outstandingEliciting() > 0 ? probes.deadlineNs() : NEVER;
    }

    /** Packets that ask for an acknowledgement and shall be sent now, whatever {@link #sendableBytes} says. */
    @Override
    public int probesDue() {
        return packets.isFull() ? 0 : probes.probesDue();
    }

    /** Bytes that may be sent now, by window and pacing. While it is above 0 a whole datagram may go; the pacer makes up for the excess. */
    @Override
    public long sendableBytes(long nowNs) {
        return isWindowFull() ? 0 : Math.min(windowRoomBytes(), pacer(nowNs).sendableBytes(nowNs));
    }

    /** Whether only an acknowledgement or a loss makes room for the next datagram. */
    @Override
    public boolean isWindowFull() {
        return windowRoomBytes() < datagramBytes || packets.isFull();
    }

    /**
     * Whether no packet may be sent, not even one that only acknowledges, before the fate of the lowest one in flight is known: as many
     * are remembered as can be.
     */
    @Override
    public boolean isOutOfRecords() {
        return packets.isFull();
    }

    /** When {@link #sendableBytes} is above 0: now, later, or {@link Long#MAX_VALUE} while the window is full. */
    @Override
    public long nextSendNs(long nowNs) {
        return isWindowFull() ? NEVER : pacer(nowNs).nextSendNs(nowNs);
    }

    /** The ECN field that packets sent now shall bear, if the port marks; what bears it is reported with {@link #ECN_MARKED}. */
    @Override
    public int ecn() {
        return ecn.codepoint();
    }

    /** How many bytes a train shall carry. */
    @Override
    public int trainBytes() {
        return pacer.quantumBytes();
    }

    @Override
    public RttEstimator rtt() {
        return rtt;
    }

    @Override
    public CongestionController congestion() {
        return congestion;
    }

    /** The time out after which an unanswered packet is probed for, without back-off; other timers of a connection are multiples of it. */
    @Override
    public long probeTimeoutNs() {
        return probes.timeoutNs();
    }

    @Override
    public long bytesInFlight() {
        return packets.outstandingBytes();
    }

    /** The size of a packet that is still remembered, as in calls of {@link PacketFate}; 0 if it is not. */
    @Override
    public int bytesOf(long packetNumber) {
        return packets.state(packetNumber) == SentPackets.FORGOTTEN ? 0 : packets.bytes(packets.slot(packetNumber));
    }

    /** The lowest number whose fate may still be told: in flight, or lost so recently that it may turn out to have arrived. */
    @Override
    public long lowestRemembered() {
        return packets.base();
    }

    /** The lowest number in flight, or {@link #nextPacketNumber()} when nothing is: what lies below has met its fate. */
    public long lowestOutstanding() {
        long lowest = packets.nextOutstanding(packets.base(), packets.end() - 1);
        return lowest < 0 ? packets.end() : lowest;
    }

    @Override
    public long reorderingWindowNs() {
        return reordering.windowNs();
    }

    @Override
    public FlightCounters counters() {
        return counters;
    }

    /** Whether this path's marks turned out not to be believable. */
    @Override
    public boolean isEcnOff() {
        return ecn.isOff();
    }

    private long windowRoomBytes() {
        return Math.max(0, congestion.windowBytes() - packets.outstandingBytes());
    }

    /** The pacer, at the rate that the policy now wants. */
    private Pacer pacer(long nowNs) {
        pacer.halvings(trainLength.halvings());
        pacer.rate(nowNs, congestion.pacingBytesPerSecond());
        return pacer;
    }

    /** Settles all newly acknowledged packets; returns whether one of them asked for an acknowledgement. */
    private boolean acknowledge(long nowNs, AckRanges ranges, PacketFate fate) {
        boolean isElicitingAcked = false;
        for (int i = 0; i < ranges.count(); i++) {
            long last = ranges.last(i);
            if (last < packets.base()) {
                break;
            }
            long number = packets.nextUnacked(ranges.first(i), last);
            while (number >= 0) {
                int slot = packets.slot(number);
                isElicitingAcked |= packets.hasFlag(slot, ACK_ELICITING);
                long end = number + 1;
                if (isInTime(number, slot)) {
                    end = packets.alikeEnd(number, last);
                    acknowledgeAlike(nowNs, number, end, fate);
                } else {
                    acknowledge(nowNs, number, fate);
                }
                number = packets.nextUnacked(end, last);
            }
        }
        return isElicitingAcked;
    }

    /** Whether nothing is to be said of this packet but that it has arrived, as of nearly all. */
    private boolean isInTime(long number, int slot) {
        return number > largestAcked
                && number >= pathFirst
                && packets.stateAt(slot) == SentPackets.OUTSTANDING
                && !packets.hasFlag(slot, MTU_PROBE);
    }

    /** Settles a run of packets that are alike and in time. */
    private void acknowledgeAlike(long nowNs, long first, long end, PacketFate fate) {
        int slot = packets.slot(first);
        int count = (int) (end - first);
        packets.markAlikeAcked(first, count);
        counters.packetsAcked += count;
        rate.onDelivered(nowNs, end - 1, (long) count * packets.bytes(slot));
        if (packets.hasFlag(slot, ECN_MARKED)) {
            ecn.onAcked(count);
        }
        fate.onAcked(first, end - 1);
    }

    private void acknowledge(long nowNs, long number, PacketFate fate) {
        int slot = packets.slot(number);
        boolean wasLost = packets.stateAt(slot) == SentPackets.LOST;
        packets.markAcked(slot);
        counters.packetsAcked++;
        if (number < largestAcked && number >= pathFirst) {
            reordering.onLate(nowNs - packets.sentNs(slot) - roundTripNs());
        }
        if (packets.hasFlag(slot, IN_FLIGHT) && number >= pathFirst) {
            rate.onDelivered(nowNs, number, packets.bytes(slot));
        }
        if (packets.hasFlag(slot, ECN_MARKED)) {
            ecn.onAcked(1);
        }
        if (packets.hasFlag(slot, MTU_PROBE)) {
            if (number >= pathFirst) {
                fate.onMtuProbeAcked(packets.bytes(slot));
            }
        } else if (wasLost) {
            onSpurious(nowNs, number, fate);
        } else {
            fate.onAcked(number, number);
        }
    }

    // spec: LOS-2
    private void onSpurious(long nowNs, long number, PacketFate fate) {
        counters.packetsSpurious++;
        fate.onSpurious(number);
        if (number >= pathFirst && losses.onSpurious(number, packets, rate)) {
            counters.lossesUndone++;
            congestion.onLossUndone(nowNs);
        }
    }

    private long roundTripNs() {
        return Math.max(rtt.smoothedNs(), rtt.latestNs());
    }

    /** Declares lost what was sent before the largest acknowledged packet and has had its time; sets the deadline for the rest. */
    // spec: LOS-1
    private void detectLosses(long nowNs, PacketFate fate) {
        long waitNs = Math.max(roundTripNs() + reordering.windowNs(), LOSS_NS_MIN);
        long firstLost = -1;
        long lastLost = -1;
        hasLossDeadline = false;
        for (long number = packets.nextOutstanding(packets.base(), largestAcked);
                number >= 0;
                number = packets.nextOutstanding(number + 1, largestAcked)) {
            int slot = packets.slot(number);
            long lostNs = packets.sentNs(slot) + waitNs;
            if (nowNs - lostNs < 0) {
                hasLossDeadline = true;
                lossDeadlineNs = lostNs;
                break;
            }
            lose(nowNs, number, slot, fate);
            firstLost = firstLost < 0 ? number : firstLost;
            lastLost = number;
        }
        if (firstLost >= 0 && packets.isClosedFor(3 * probes.timeoutNs(), firstLost, lastLost)) {
            counters.persistentCongestions++;
            rtt.forgetMinimum();
            congestion.onPersistentCongestion(nowNs);
        }
    }

    private void lose(long nowNs, long number, int slot, PacketFate fate) {
        packets.markLost(slot);
        if (packets.hasFlag(slot, ECN_MARKED)) {
            ecn.onLost();
        }
        if (packets.hasFlag(slot, MTU_PROBE)) {
            counters.mtuProbesLost++;
            fate.onMtuProbeLost(packets.bytes(slot));
            return;
        }
        counters.packetsLost++;
        trainLength.onLost(packets.hasFlag(slot, SECOND_HALF));
        congestion.onPacketLost(nowNs, losses.onLost(number, packets, rate));
        fate.onLost(number);
    }

    /** A packet in flight went where nobody is any more. */
    private void strand(long number, PacketFate fate) {
        int slot = packets.slot(number);
        packets.markLost(slot);
        if (packets.hasFlag(slot, MTU_PROBE)) {
            counters.mtuProbesLost++;
            fate.onMtuProbeLost(packets.bytes(slot));
        } else {
            counters.packetsLost++;
            fate.onLost(number);
        }
    }

    private void forget(long nowNs) {
        packets.forget(nowNs - Math.max(REMEMBERED_ROUND_TRIPS * rtt.smoothedNs(), REMEMBERED_NS_MIN));
    }
}
