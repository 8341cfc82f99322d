package io.packetfs.endpoint;

import io.packetfs.ackwindow.Flight;
import io.packetfs.ackwindow.PacketFate;
import io.packetfs.ackwindow.PathMtuSearch;
import io.packetfs.ackwindow.ReceiveWindow;
import io.packetfs.protocol.AckFrame;
import io.packetfs.protocol.ChunkFrame;
import io.packetfs.protocol.FrameType;
import io.packetfs.protocol.FrameWriter;
import io.packetfs.protocol.GramLimits;
import io.packetfs.protocol.PacketHeader;
import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.trace.Trace;
import io.packetfs.repair.SentFrames;
import java.net.InetSocketAddress;

/**
 * The sending half of a connected connection: decides what goes into the next packets, writes them side by side into a train, seals
 * them in place, and tells the fate of each to those whose frames it carried.
 *
 * <p>Order of calls: {@link #pollTransmit} until it returns false, then {@link #deadlineNs}; {@link #onAck} and {@link #onDeadline} are
 * the inputs. One agent thread; memory is bounded by the packets in flight.
 */
final class SendPath implements PacketFate {
    /** An ACK frame may take at most this share of a packet that has room for data, so that data always gets on. */
    private static final int ACK_BYTES_MAX_BESIDE_DATA = 400;

    private final PacketWriter packets;
    private final Flight window;
    private final PathMtuSearch mtu;
    private final ReceiveWindow received;
    private final ReceiveCredit receiveCredit;
    private final GramAssembler assembler;
    private final AckPolicy ackPolicy;
    private final SentFrames sent = new SentFrames();
    private final GramSender grams;
    private final AckFrame ack = new AckFrame();
    private long nowNs;
    private long answeredNs;
    private long gramsGranted;
    private boolean pingDue;

    /** Whether something else than grams was due when the train was begun, and is not written. */
    private boolean controlDue;

    private boolean isAddressChanging;
    private long packetsRetransmitted;

    SendPath(SessionParts parts, SendCredit sendCredit, GramSender.Sink acknowledgedGrams) {
        packets = new PacketWriter(parts.sealer(), parts.peer().connectionId());
        window = parts.flight();
        mtu = parts.mtu();
        received = parts.receiveWindow();
        ackPolicy = parts.ackPolicy();
        receiveCredit = parts.receiveCredit();
        assembler = parts.assembler();
        gramsGranted = assembler.gramsMax();
        grams = new GramSender(
                parts.peer().gramWindow(), parts.peer().gramLimits(), sendCredit, sent, acknowledgedGrams);
    }

    GramSender grams() {
        return grams;
    }

    long packetsSent() {
        return packets.count();
    }

    long bytesSent() {
        return packets.bytes();
    }

    /** Frames of packets whose fate may still be told. */
    int framesRemembered() {
        return sent.recordCount();
    }

    long packetsRetransmitted() {
        return packetsRetransmitted;
    }

    /** The next packet will be ack-eliciting, with a PING if it has nothing else. */
    void ping() {
        pingDue = true;
    }

    /** Tells this trace of each packet. */
    void tracePackets(Trace trace) {
        packets.trace(trace);
    }

    /** Takes an ACK frame. Returns a reason code. */
    int onAck(long nowNs, AckFrame frame) {
        this.nowNs = nowNs;
        long ackedBefore = window.counters().packetsAcked();
        int reason = window.onAck(nowNs, frame, this);
        grams.settleAcknowledged();
        if (window.counters().packetsAcked() > ackedBefore) {
            answeredNs = nowNs;
        }
        sent.releaseBelow(window.lowestRemembered());
        return reason;
    }

    void onDeadline(long nowNs) {
        this.nowNs = nowNs;
        window.onDeadline(nowNs, this);
    }

    /** The carrier takes nothing more for the peer, or again. spec: TCP-7 */
    void onPeerBlocked(boolean blocked) {
        window.onPeerBlocked(blocked);
    }

    /** Packets go to another address from now on. spec: PTH-8 */
    void onAddressChanged(long nowNs, boolean isNewHost, long rttNs) {
        this.nowNs = nowNs;
        isAddressChanging = true;
        window.onPathChanged(nowNs, isNewHost, rttNs, this);
        isAddressChanging = false;
        if (isNewHost) {
            mtu.restart();
            window.datagramBytes(mtu.datagramBytes());
        }
        sent.releaseBelow(window.lowestRemembered());
    }

    /**
     * Puts the next packet of a path challenge or response into the train. It stands outside the window: its path may be another one than
     * the window knows, and nobody repairs it. spec: PTH-5
     */
    boolean pollPathPacket(long nowNs, DatagramTrain train, PathValidator paths) {
        int bytesMin = FrameWriter.PATH_BYTES + packets.overheadBytes();
        if (!paths.isBusy() || window.isOutOfRecords() || !paths.pollFrame(nowNs, bytesMin)) {
            return false;
        }
        this.nowNs = nowNs;
        train.reset(paths.frameDestination(), Math.max(paths.frameBytesMax(), bytesMin), 1);
        long packetNumber = window.nextPacketNumber();
        int at = PacketHeader.BYTES;
        at += paths.frameType() == FrameType.PATH_CHALLENGE
                ? FrameWriter.writePathChallenge(train.array(), at, paths.frameData())
                : FrameWriter.writePathResponse(train.array(), at, paths.frameData());
        int padding = paths.frameBytesMax() - bytesMin;
        at += padding > 0 ? FrameWriter.writePadding(train.array(), at, padding) : 0;
        window.onPacketSent(nowNs, packetNumber, packets.finish(nowNs, train, at, packetNumber), 0);
        return true;
    }

    /** When {@link #pollPathPacket} has to be called next. */
    long pathDeadlineNs(PathValidator paths) {
        return window.isOutOfRecords() ? Timed.NEVER : paths.deadlineNs();
    }

    /**
     * Fills a train with packets that may go now.
     *
     * @param segmentsMax the most packets a train may have
     * @return whether the train has something
     */
    boolean pollTransmit(long nowNs, DatagramTrain train, InetSocketAddress peer, int segmentsMax) {
        this.nowNs = nowNs;
        long allowance = window.sendableBytes(nowNs);
        int probeBytes = mtu.probeBytesDue(nowNs);
        if (probeBytes > 0 && allowance > 0) {
            train.reset(peer, probeBytes, 1);
            writeMtuProbe(nowNs, train, probeBytes);
            return true;
        }
        int datagramBytes = mtu.datagramBytes();
        train.reset(peer, wholeGrains(datagramBytes), segmentsMax);
        train.ecn(window.ecn());
        grams.underWay(window.bytesInFlight());
        allowance = Math.min(allowance, Math.max(window.trainBytes(), datagramBytes));
        controlDue = isControlDue(); // what becomes due in between goes with the next train
        while (train.hasRoom()) {
            boolean probing = window.probesDue() > 0;
            boolean data = probing || (allowance > 0 && !window.isWindowFull() && (controlDue || grams.hasWork()));
            if (!data && (!received.isAckDue(nowNs) || window.isOutOfRecords())) {
                break;
            }
            if (data && !probing) {
                allowance -= writeRow(nowNs, train, allowance);
            } else {
                allowance -= writeSingle(nowNs, train, data);
            }
        }
        if (allowance > 0 && !wantsToSend()) {
            window.onApplicationLimited(nowNs);
        }
        return !train.isEmpty();
    }

    /** The largest size, not above this, of which a chunk fills a packet to the last byte: trains of them need no padding. */
    private int wholeGrains(int datagramBytes) {
        int room = datagramBytes - packets.overheadBytes() - ChunkFrame.BYTES;
        return datagramBytes - room % GramLimits.GRAIN_BYTES;
    }

    /** When {@link #pollTransmit} or {@link #onDeadline} has to be called next, if nothing comes in before. */
    long deadlineNs(long nowNs) {
        long ackDeadlineNs = window.isOutOfRecords() ? Timed.NEVER : received.ackDeadlineNs();
        long deadlineNs = Math.min(window.deadlineNs(), ackDeadlineNs);
        if (wantsToSend()) {
            deadlineNs = Math.min(deadlineNs, window.nextSendNs(nowNs));
        }
        return deadlineNs;
    }

    /** When the peer has left unanswered for {@code timeoutNs} what is under way; never if nothing is. spec: END-2 */
    long answerDeadlineNs(long timeoutNs) {
        return window.bytesInFlight() == 0 ? Timed.NEVER : answeredNs + timeoutNs;
    }

    private boolean wantsToSend() {
        return grams.hasWork() || isControlDue();
    }

    private boolean isControlDue() {
        return pingDue || isCreditDue() || ackPolicy.isDue(window, mtu.datagramBytes());
    }

    private boolean isCreditDue() {
        return receiveCredit.isGrantDue() || assembler.gramsMax() - gramsGranted >= assembler.windowGrams() / 2;
    }

    /** Writes packets of data in a row, as many as may go and there is something for; returns their bytes. */
    private int writeRow(long nowNs, DatagramTrain train, long allowance) {
        int segmentBytes = train.segmentBytes();
        long countMax = Math.min(Math.ceilDiv(allowance, segmentBytes), window.packetsInRow(segmentBytes));
        long first = window.nextPacketNumber();
        int countBefore = train.count();
        int lengthBefore = train.length();
        int count = 0;
        int bytes = segmentBytes;
        try {
            while (bytes == segmentBytes && count < countMax && train.hasRoom() && (count == 0 || grams.hasWork())) {
                bytes = writePacket(nowNs, train, first + count, true, false);
                if (bytes == segmentBytes) {
                    writeAlike(train, first + count + 1, countMax - count - 1);
                }
                count = train.count() - countBefore;
            }
        } finally {
            // also if a source fails: the numbers of those before are used
            int full = train.count() - countBefore - (bytes < segmentBytes ? 1 : 0);
            onDataSent(nowNs, train, full, segmentBytes);
        }
        if (bytes < segmentBytes) {
            onDataSent(nowNs, train, 1, bytes);
        }
        return train.length() - lengthBefore;
    }

    /**
     * Writes packets that bear the next bytes of a slab and nothing else, as the one before did. Each is sealed when the next one is written: loads
     * that span stores which are not through wait for them.
     *
     * @param first the number of the first of them
     */
    private void writeAlike(DatagramTrain train, long first, long countMax) {
        if (controlDue || received.hasUnreported()) {
            return;
        }
        int bytes = train.segmentBytes();
        int rowMax = grams.beginRow(bytes - packets.overheadBytes());
        long count = Math.min(rowMax, Math.min(countMax, train.room()));
        int written = 0;
        try {
            for (int start = train.length(); written < count; start += bytes) {
                grams.writeInRow(train.array(), start + PacketHeader.BYTES);
                packets.writeHeader(train, start, bytes, first + written);
                if (written > 0) {
                    packets.seal(nowNs, train, bytes, first + written - 1);
                }
                written++;
            }
        } finally {
            if (written > 0) {
                packets.seal(nowNs, train, bytes, first + written - 1);
                grams.endRow(first, written);
            }
        }
    }

    private void onDataSent(long nowNs, DatagramTrain train, int count, int bytes) {
        if (count > 0) {
            beforeSending(nowNs);
            int flags = ecnFlag(train) | Flight.ACK_ELICITING | Flight.IN_FLIGHT;
            window.onPacketsSent(nowNs, window.nextPacketNumber(), count, bytes, flags);
        }
    }

    /** Writes a probe, or a packet that only acknowledges; returns the bytes that count as data. */
    private int writeSingle(long nowNs, DatagramTrain train, boolean probing) {
        long packetNumber = window.nextPacketNumber();
        int bytes = writePacket(nowNs, train, packetNumber, probing, probing);
        beforeSending(nowNs);
        int flags = probing ? Flight.ACK_ELICITING | Flight.IN_FLIGHT : 0;
        window.onPacketSent(nowNs, packetNumber, bytes, ecnFlag(train) | flags);
        if (!probing) {
            // who only acknowledges may never be acknowledged: nothing else would release these
            sent.releaseBelow(window.lowestRemembered());
        }
        return probing ? bytes : 0;
    }

    private static int ecnFlag(DatagramTrain train) {
        return train.ecn() == 0 ? 0 : Flight.ECN_MARKED;
    }

    /** Writes one packet with what is due; returns its bytes. */
    private int writePacket(long nowNs, DatagramTrain train, long packetNumber, boolean data, boolean probing) {
        byte[] array = train.array();
        int start = train.length();
        int limit = start + packetBytesMax(train, probing) - packets.tagBytes();
        int at = start + PacketHeader.BYTES;
        int roomFull = limit - at;
        sent.begin(packetNumber);
        if (received.hasUnreported()) {
            at += writeAck(nowNs, array, at, data ? ACK_BYTES_MAX_BESIDE_DATA : limit - at, packetNumber);
        }
        if (data) {
            int elicitingFrom = at;
            at += controlDue ? writeControl(array, at) : 0;
            if (probing) {
                probe(limit - at);
            }
            at += grams.write(array, at, limit - at, roomFull);
            packetsRetransmitted += grams.wroteRepair() ? 1 : 0;
            if (at == elicitingFrom) {
                // a probe with nothing to repeat; or what wanted to be sent did not fit beside the ACK
                at += FrameWriter.writePing(array, at);
            }
            if (at < limit && train.hasRoom() && grams.hasWork()) {
                // trains hold datagrams of one size: a packet a little short is filled up rather than ending the train
                at += FrameWriter.writePadding(array, at, limit - at);
            }
        }
        return packets.finish(nowNs, train, at, packetNumber);
    }

    /** All probes but the first are small: where only large packets vanish, they get through and show it. spec: PTH-2 */
    private int packetBytesMax(DatagramTrain train, boolean probing) {
        boolean isSmall = probing && window.probesDue() == 1;
        return isSmall ? Math.min(train.segmentBytes(), PathMtuSearch.BYTES_BASE) : train.segmentBytes();
    }

    /** What goes out when nothing is under way starts the peer's time to answer. */
    private void beforeSending(long nowNs) {
        if (window.bytesInFlight() == 0) {
            answeredNs = nowNs;
        }
    }

    /** Probes repeat the oldest bytes that are under way, each others, if there is nothing else to send. spec: LOS-3 */
    private void probe(int room) {
        if (!grams.hasWork()) {
            grams.queueProbe(room * window.probesDue());
        }
    }

    private int writeAck(long nowNs, byte[] array, int at, int limit, long packetNumber) {
        int bytes = writeRanges(nowNs, array, at, limit, packetNumber);
        if (bytes > 0) {
            sent.add(SentFrames.ACK, ack.ranges().largest(), 0, 0);
        }
        return bytes;
    }

    /** Writes an ACK that is not remembered. */
    private int writeRanges(long nowNs, byte[] array, int at, int limit, long packetNumber) {
        received.fill(ack.clear().ranges());
        ack.ackDelayUs(received.ackDelayNs(nowNs) / 1_000);
        if (received.hasEcn()) {
            ack.ecn(received.ect0(), received.ect1(), received.ce());
        }
        int bytes = ack.write(array, at, limit);
        if (bytes > 0) {
            received.onAckSent(nowNs, packetNumber);
        }
        return bytes;
    }

    private int writeControl(byte[] array, int start) {
        controlDue = false;
        int at = start;
        if (isCreditDue()) {
            gramsGranted = assembler.gramsMax();
            at += FrameWriter.writeCredit(array, at, receiveCredit.grantedBytes(), gramsGranted);
            receiveCredit.grantDue(false);
            sent.add(SentFrames.CREDIT, 0, 0, 0);
        }
        if (ackPolicy.isDue(window, mtu.datagramBytes())) {
            ackPolicy.update(window, mtu.datagramBytes());
            at += FrameWriter.writeAckFrequency(array, at, ackPolicy.packets(), ackPolicy.maxDelayUs());
            sent.add(SentFrames.ACK_FREQUENCY, 0, 0, 0);
        }
        if (pingDue) {
            pingDue = false;
            at += FrameWriter.writePing(array, at);
        }
        return at - start;
    }

    private void writeMtuProbe(long nowNs, DatagramTrain train, int probeBytes) {
        int start = train.length();
        int at = start + PacketHeader.BYTES;
        long packetNumber = window.nextPacketNumber();
        sent.begin(packetNumber);
        at += FrameWriter.writePing(train.array(), at);
        at += FrameWriter.writePadding(train.array(), at, probeBytes - packets.tagBytes() - (at - start));
        packets.finish(nowNs, train, at, packetNumber);
        mtu.onProbeSent(nowNs, probeBytes);
        beforeSending(nowNs);
        window.onPacketSent(
                nowNs, packetNumber, probeBytes, Flight.ACK_ELICITING | Flight.IN_FLIGHT | Flight.MTU_PROBE);
    }

    /**
     * Writes the packet that ends a connection; it is neither counted as in flight nor acknowledged. It is the last to tell the peer what has
     * come. spec: END-1
     */
    void writeClose(long nowNs, DatagramTrain train, InetSocketAddress peer, int reason, String message) {
        this.nowNs = nowNs;
        train.reset(peer, EndpointConfig.DATAGRAM_BYTES_MIN, 1);
        long packetNumber = window.nextPacketNumber();
        int at = PacketHeader.BYTES;
        if (received.largest() >= 0) {
            at += writeRanges(nowNs, train.array(), at, ACK_BYTES_MAX_BESIDE_DATA, packetNumber);
        }
        at += FrameWriter.writeClose(train.array(), at, reason, message);
        window.onPacketSent(nowNs, packetNumber, packets.finish(nowNs, train, at, packetNumber), 0);
    }

    @Override
    public void onAcked(long first, long last) {
        mtu.onDatagramAcked(window.bytesOf(last));
        if (!sent.contains(first)) {
            return;
        }
        long end = sent.end(last); // the frames of packets in a row are in a row
        for (long record = sent.first(first); record < end; record++) {
            byte kind = sent.kind(record);
            switch (kind) {
                case SentFrames.CREDIT, SentFrames.ACK_FREQUENCY -> {}
                case SentFrames.ACK -> received.onAckAcknowledged(sent.gramId(record));
                default -> grams.onAcknowledged(kind, sent.gramId(record), sent.position(record), sent.length(record));
            }
        }
    }

    @Override
    public void onSpurious(long packetNumber) {
        onAcked(packetNumber, packetNumber);
    }

    @Override
    public void onLost(long packetNumber) {
        if (!isAddressChanging && mtu.onDatagramLost(nowNs, window.bytesOf(packetNumber))) {
            window.datagramBytes(mtu.datagramBytes());
        }
        if (!sent.contains(packetNumber)) {
            return;
        }
        for (long record = sent.first(packetNumber); record < sent.end(packetNumber); record++) {
            byte kind = sent.kind(record);
            switch (kind) {
                case SentFrames.CREDIT -> receiveCredit.grantDue(true); // spec: REP-3
                case SentFrames.ACK_FREQUENCY -> ackPolicy.repeat();
                case SentFrames.ACK -> {}
                default -> grams.onLost(kind, sent.gramId(record), sent.position(record), sent.length(record));
            }
        }
    }

    @Override
    public void onMtuProbeAcked(int bytes) {
        mtu.onProbeAcked(nowNs, bytes);
        window.datagramBytes(mtu.datagramBytes());
    }

    @Override
    public void onMtuProbeLost(int bytes) {
        mtu.onProbeLost(nowNs, bytes);
    }
}
