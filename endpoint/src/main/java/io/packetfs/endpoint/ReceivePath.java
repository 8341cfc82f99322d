package io.packetfs.endpoint;

import io.packetfs.ackwindow.ReceiveWindow;
import io.packetfs.protocol.AckFrame;
import io.packetfs.protocol.ChunkFrame;
import io.packetfs.protocol.FrameHandler;
import io.packetfs.protocol.FrameReader;
import io.packetfs.protocol.GramFrame;
import io.packetfs.protocol.HeadFrame;
import io.packetfs.protocol.PacketHeader;
import io.packetfs.protocol.PieceFrame;
import io.packetfs.protocol.ReasonCode;
import io.packetfs.protocol.crypto.PacketOpener;
import io.packetfs.protocol.trace.Trace;

/**
 * The receiving half of a connected connection: admits a packet (number not seen, tag, structure, in that order: PRT-5), and hands its
 * frames to those they concern. One agent thread.
 */
final class ReceivePath implements FrameHandler {
    /** Answers a frame behind the one in which the application has ended the connection; no reason code. */
    private static final int STOP_READING = -1;

    private final PacketOpener opener;
    private final PacketRow row;
    private final FrameReader reader;
    private final ReceiveWindow window;
    private final GramAssembler assembler;
    private final SendCredit sendCredit;
    private final SendPath sendPath;
    private final PathValidator paths;
    private Trace packetTrace = Trace.NONE;
    private boolean tracesPackets;
    private boolean ended;
    private int framesLength;
    private long nowNs;
    private boolean ackEliciting;
    private int closeReason;
    private String closeMessage;
    private long packetsReceived;
    private long bytesReceived;
    private long packetsDiscarded;

    ReceivePath(SessionParts parts, FrameReader reader, SendCredit sendCredit, SendPath sendPath, PathValidator paths) {
        opener = parts.opener();
        window = parts.receiveWindow();
        assembler = parts.assembler();
        row = new PacketRow(opener, window, assembler);
        this.reader = reader;
        this.sendCredit = sendCredit;
        this.sendPath = sendPath;
        this.paths = paths;
    }

    /**
     * Opens a packet whose header names this connection.
     *
     * @return whether it is admitted; if not, nothing has changed but a counter
     */
    boolean open(byte[] packet, int offset, int length) {
        framesLength = PacketOpener.INVALID;
        long packetNumber = PacketHeader.packetNumber(packet, offset);
        if (packetNumber < 0 || packetNumber >= PacketHeader.PACKET_NUMBER_END) {
            packetsDiscarded++; // spec: HDR-6
            return false;
        }
        if (!window.isNew(packetNumber)) {
            return false;
        }
        return admit(opener.open(packet, offset, length, packetNumber), length);
    }

    private boolean admit(int opened, int length) {
        framesLength = opened;
        if (opened < 0) {
            packetsDiscarded++;
            return false;
        }
        packetsReceived++;
        bytesReceived += length;
        return true;
    }

    /** Tells this trace of each valid packet. */
    void tracePackets(Trace trace) {
        packetTrace = trace;
        tracesPackets = true;
    }

    /** Whether the packet's number is above those of all packets read before. */
    boolean isNewest(byte[] packet, int offset) {
        return PacketHeader.packetNumber(packet, offset) > window.largest();
    }

    /** Reads the frames of the packet that was opened last; returns a reason code. */
    int read(long nowNs, byte[] packet, int offset, int ecn) {
        this.nowNs = nowNs;
        ackEliciting = false;
        if (tracesPackets) {
            int bytes = PacketHeader.BYTES + PacketHeader.payloadLength(PacketHeader.fields(packet, offset));
            packetTrace.onPacketReceived(nowNs, PacketHeader.packetNumber(packet, offset), bytes);
        }
        int reason = reader.read(opener.frames(packet), opener.framesOffset(offset), framesLength, this);
        if (reason == ReasonCode.NO_ERROR) {
            // of any other the peer must not believe that all of it has come; spec: END-1
            window.onPacket(nowNs, PacketHeader.packetNumber(packet, offset), ackEliciting, ecn);
        }
        return reason;
    }

    /**
     * Opens and reads the packets from {@code offset} to {@code end} that go on where the one that was read last, which ends at {@code offset}, has
     * ended, see {@link PacketRow}; returns a reason code.
     *
     * @param bytes of that packet
     */
    int readRow(long nowNs, byte[] packets, int offset, int bytes, int end, int ecn) {
        this.nowNs = nowNs;
        long number = window.largest();
        int count = row.land(packets, offset, bytes, end, framesLength);
        packetsReceived += count;
        bytesReceived += (long) count * bytes;
        for (int i = 1; tracesPackets && i <= count; i++) {
            packetTrace.onPacketReceived(nowNs, number + i, bytes);
        }
        return count == 0 ? ReasonCode.NO_ERROR : row.settle(nowNs, ecn);
    }

    /** How many packets the last row had. */
    int rowCount() {
        return row.count();
    }

    /** Whether one more packet was opened behind them, which is to be read by itself. */
    boolean hasOpenedBeyondRow() {
        return row.beyond() != PacketRow.NONE;
    }

    /** Admits that packet; returns what {@link #open} would. */
    boolean admitBeyondRow(int length) {
        return admit(row.beyond(), length);
    }

    /** The connection has ended, perhaps from within a frame: what stands behind that frame has no effect. */
    void end() {
        ended = true;
    }

    /** Whether so many tags were wrong that the keys must not be used any more. */
    boolean isForgeryLimitReached() {
        return opener.wrongTags() >= PacketOpener.WRONG_TAGS_MAX;
    }

    /** Whether a CLOSE has come. */
    boolean isClosedByPeer() {
        return closeMessage != null;
    }

    int closeReason() {
        return closeReason;
    }

    String closeMessage() {
        return closeMessage;
    }

    long packetsReceived() {
        return packetsReceived;
    }

    long bytesReceived() {
        return bytesReceived;
    }

    long packetsDiscarded() {
        return packetsDiscarded;
    }

    /** The time of the packet being read. */
    long nowNs() {
        return nowNs;
    }

    @Override
    public int onPing() {
        ackEliciting = true;
        return ReasonCode.NO_ERROR;
    }

    @Override
    public int onAck(AckFrame ack) {
        return ended ? STOP_READING : sendPath.onAck(nowNs, ack);
    }

    @Override
    public int onAckFrequency(int packets, long maxDelayUs) {
        ackEliciting = true;
        window.ackFrequency(packets, maxDelayUs * 1_000);
        return ReasonCode.NO_ERROR;
    }

    @Override
    public int onCredit(long bytesMax, long gramsMax) {
        ackEliciting = true;
        sendCredit.onCredit(bytesMax, gramsMax);
        return ReasonCode.NO_ERROR;
    }

    @Override
    public int onClose(int reason, String message) {
        closeReason = reason;
        closeMessage = message;
        return ReasonCode.NO_ERROR;
    }

    @Override
    public int onPathChallenge(long data) {
        ackEliciting = true;
        paths.onChallenge(data);
        return ReasonCode.NO_ERROR;
    }

    @Override
    public int onPathResponse(long data) {
        ackEliciting = true;
        paths.onResponse(nowNs, data);
        return ReasonCode.NO_ERROR;
    }

    @Override
    public int onHead(HeadFrame head) {
        ackEliciting = true;
        return ended ? STOP_READING : assembler.onHead(head);
    }

    @Override
    public int onChunk(ChunkFrame chunk) {
        ackEliciting = true;
        return ended ? STOP_READING : assembler.onChunk(chunk);
    }

    @Override
    public int onPiece(PieceFrame piece) {
        ackEliciting = true;
        return ended ? STOP_READING : assembler.onPiece(piece);
    }

    @Override
    public int onGram(GramFrame gram) {
        ackEliciting = true;
        return ended ? STOP_READING : assembler.onGram(gram);
    }
}
