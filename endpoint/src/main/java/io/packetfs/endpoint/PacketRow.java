package io.packetfs.endpoint;

import io.packetfs.ackwindow.ReceiveWindow;
import io.packetfs.protocol.ChunkFrame;
import io.packetfs.protocol.FrameType;
import io.packetfs.protocol.GramLimits;
import io.packetfs.protocol.PacketHeader;
import io.packetfs.protocol.PieceFrame;
import io.packetfs.protocol.ReasonCode;
import io.packetfs.protocol.Wire;
import io.packetfs.protocol.crypto.PacketOpener;

/**
 * Packets that lie one behind the other as they were sent, each with the next number and the next bytes of one gram: what nearly all of a merged
 * buffer is. They are opened and written to their landing one by one, and the window, the gram and the credit are told of them once.
 *
 * <p>Calls: {@link #land} behind a packet that was read, and if it returns more than 0, {@link #settle}; then {@link #beyond} tells whether it
 * opened a packet that does not belong to the row. One agent thread; keeps nothing from one row to the next.
 */
final class PacketRow {
    /** {@link #beyond}: no packet was opened but those of the row. */
    static final int NONE = Integer.MIN_VALUE;

    private final PacketOpener opener;
    private final ReceiveWindow window;
    private final GramAssembler assembler;
    private final ChunkFrame chunk = new ChunkFrame();
    private final PieceFrame piece = new PieceFrame();
    private boolean ofPieces;
    private int slabBytes;
    private int count;
    private int beyond;

    PacketRow(PacketOpener opener, ReceiveWindow window, GramAssembler assembler) {
        this.opener = opener;
        this.window = window;
        this.assembler = assembler;
    }

    /**
     * Lands the packets that go on where the one that was opened last, and has been read, ended.
     *
     * @param packets holds that packet in front of {@code offset}, and those to be looked at from there to {@code end}
     * @param bytes of that packet; those of the row have as many
     * @param framesLength of that packet, or {@link PacketOpener#INVALID}
     * @return how many packets the row has
     */
    int land(byte[] packets, int offset, int bytes, int end, int framesLength) {
        count = 0;
        beyond = NONE;
        int before = offset - bytes;
        long fields = PacketHeader.fields(packets, before);
        long number = PacketHeader.packetNumber(packets, before);
        if (number != window.largest() || framesLength < 0) {
            return 0;
        }
        int room = begin(opener.frames(packets), opener.framesOffset(before), framesLength, (end - offset) / bytes);
        int payloadOffset = framesLength - slabBytes;
        for (int at = offset; room > 0; at += bytes) {
            number++;
            boolean isAlike = PacketHeader.fields(packets, at) == fields
                    && PacketHeader.packetNumber(packets, at) == number
                    && number < PacketHeader.PACKET_NUMBER_END;
            if (!isAlike) {
                break;
            }
            int opened = opener.open(packets, at, bytes, number);
            byte[] frames = opener.frames(packets);
            int start = opener.framesOffset(at);
            if (opened != framesLength || !moveOn(frames, start)) {
                beyond = opened;
                break;
            }
            assembler.rowGram().landNext(frames, start + payloadOffset, slabBytes);
            room--;
            count++;
        }
        return count;
    }

    /** Tells those who keep account of the packets that have landed; returns a reason code. */
    int settle(long nowNs, int ecn) {
        int reason = assembler.onRow();
        if (reason == ReasonCode.NO_ERROR) {
            window.onNextPackets(nowNs, count, ecn);
        }
        return reason;
    }

    /** How many packets the row has. */
    int count() {
        return count;
    }

    /**
     * The length of the frames of a packet that was opened behind the row and is not part of it, {@link PacketOpener#INVALID} if it is not to be
     * believed, or {@link #NONE}.
     */
    int beyond() {
        return beyond;
    }

    /** Returns how many packets like this one may follow it, at most {@code countMax}; 0 if it is none that begins a row. */
    private int begin(byte[] frames, int start, int framesLength, int countMax) {
        int type = framesLength == 0 ? FrameType.PADDING : Wire.u8(frames, start);
        int room = 0;
        slabBytes = 0;
        if (type == FrameType.PIECE) {
            slabBytes = piece.read(frames, start, start + framesLength).length();
            room = assembler.beginRow(piece, countMax * slabBytes);
        } else if (type == FrameType.CHUNK && chunk.read(frames, start).length() == framesLength - ChunkFrame.BYTES) {
            slabBytes = chunk.length();
            room = assembler.beginRow(chunk, countMax * slabBytes);
        }
        ofPieces = type == FrameType.PIECE;
        return room > 0 && slabBytes % GramLimits.GRAIN_BYTES == 0 ? room / slabBytes : 0;
    }

    private boolean moveOn(byte[] frames, int start) {
        return ofPieces ? piece.moveOn(frames, start) : chunk.moveOn(frames, start);
    }
}
