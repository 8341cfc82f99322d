package io.packetfs.protocol;

import static io.packetfs.protocol.ReasonCode.LIMIT_EXCEEDED;
import static io.packetfs.protocol.ReasonCode.NO_ERROR;
import static io.packetfs.protocol.ReasonCode.PROTOCOL_VIOLATION;

import java.nio.charset.StandardCharsets;

/**
 * Reads the frames of an opened payload and checks every rule that can be checked without knowing the connection (spec: FRM, ACK-1,
 * CHK-3, PCE-3). It trusts no byte: whatever it is given, it answers with a reason code and reads nothing outside. Only CLOSE allocates.
 *
 * <p>One object, with its frame views, serves one agent for ever. It keeps nothing from one {@link #read} to the next.
 */
public final class FrameReader {
    private static final int CREDIT_BYTES_MAX_OFFSET = 8;
    private static final int CREDIT_GRAMS_MAX_OFFSET = 16;
    private static final int PATH_DATA_OFFSET = 8;
    private static final int CLOSE_REASON_OFFSET = 2;
    private static final int CLOSE_MESSAGE_LENGTH_OFFSET = 4;

    private final AckFrame ack = new AckFrame();
    private final HeadFrame head = new HeadFrame();
    private final ChunkFrame chunk = new ChunkFrame();
    private final PieceFrame piece = new PieceFrame();
    private final GramFrame gram = new GramFrame();
    private final GramHeader gramHeader = new GramHeader();

    private byte[] array = {};
    private int offset;
    private int end;

    /**
     * Hands all frames to the handler, up to the first error.
     *
     * @param array the opened packet
     * @param start where the frames begin
     * @param length count of their bytes
     * @return {@link ReasonCode#NO_ERROR} when all were read; otherwise what is wrong, or what the handler returned
     */
    public int read(byte[] array, int start, int length, FrameHandler handler) {
        this.array = array;
        offset = start;
        end = start + length;
        if (length <= 0) {
            return PROTOCOL_VIOLATION; // spec: FRM-1
        }
        int reason = NO_ERROR;
        while (reason == NO_ERROR && offset < end) {
            reason = readFrame(handler);
        }
        return reason;
    }

    private int readFrame(FrameHandler handler) {
        return switch (Wire.u8(array, offset)) {
            case FrameType.PIECE -> readPiece(handler);
            case FrameType.CHUNK -> readChunk(handler);
            case FrameType.ACK -> readAck(handler);
            case FrameType.GRAM -> readGram(handler);
            case FrameType.HEAD -> readHead(handler);
            case FrameType.PADDING -> readPadding();
            case FrameType.PING -> readPing(handler);
            case FrameType.CREDIT -> readCredit(handler);
            case FrameType.ACK_FREQUENCY -> readAckFrequency(handler);
            case FrameType.CLOSE -> readClose(handler);
            case FrameType.PATH_CHALLENGE, FrameType.PATH_RESPONSE -> readPath(handler);
            default -> PROTOCOL_VIOLATION; // spec: FRM-1
        };
    }

    private int readPiece(FrameHandler handler) {
        if (!holds(PieceFrame.BYTES + 1)) {
            return PROTOCOL_VIOLATION;
        }
        piece.read(array, offset, end);
        if (piece.slabPosition() > GramLimits.SLAB_BYTES_LIMIT - piece.length()) {
            return PROTOCOL_VIOLATION; // spec: PCE-3
        }
        offset = end;
        return handler.onPiece(piece);
    }

    private int readChunk(FrameHandler handler) {
        if (!holds(ChunkFrame.BYTES) || !isReservedZero()) {
            return PROTOCOL_VIOLATION;
        }
        chunk.read(array, offset);
        int length = chunk.length();
        if (!holds(ChunkFrame.BYTES + length) || !isHeadLength(chunk.headLength())) {
            return PROTOCOL_VIOLATION;
        }
        long slabLength = Integer.toUnsignedLong(chunk.slabLength());
        if (slabLength > GramLimits.SLAB_BYTES_LIMIT) {
            return LIMIT_EXCEEDED; // spec: CHK-4
        }
        boolean valid = GramLimits.isOnGrid(Integer.toUnsignedLong(chunk.slabPosition()), length, slabLength)
                && Wire.isNumber(chunk.gramId())
                && isLanding(chunk.blobId(), chunk.blobOffset(), length);
        if (!valid) {
            return PROTOCOL_VIOLATION;
        }
        offset += ChunkFrame.BYTES + length;
        return handler.onChunk(chunk);
    }

    private int readHead(FrameHandler handler) {
        if (!holds(HeadFrame.BYTES) || !isReservedZero()) {
            return PROTOCOL_VIOLATION;
        }
        head.wrap(array, offset);
        int length = head.length();
        long headLength = Integer.toUnsignedLong(head.headLength());
        if (!holds(HeadFrame.BYTES + length) || !isHeadLength(headLength)) {
            return PROTOCOL_VIOLATION;
        }
        if (Integer.toUnsignedLong(head.slabLength()) > GramLimits.SLAB_BYTES_LIMIT) {
            return LIMIT_EXCEEDED; // spec: CHK-4
        }
        if (!GramLimits.isOnGrid(Integer.toUnsignedLong(head.position()), length, headLength)
                || !Wire.isNumber(head.gramId())) {
            return PROTOCOL_VIOLATION;
        }
        offset += HeadFrame.BYTES + length;
        return handler.onHead(head);
    }

    private int readGram(FrameHandler handler) {
        if (!holds(GramFrame.BYTES) || !isReservedZero()) {
            return PROTOCOL_VIOLATION;
        }
        gram.wrap(array, offset);
        int length = gram.length();
        if (!holds(GramFrame.BYTES + length) || length < GramHeader.BYTES) {
            return PROTOCOL_VIOLATION;
        }
        gramHeader.wrap(array, gram.payloadOffset());
        long whole = GramHeader.BYTES
                + Integer.toUnsignedLong(gramHeader.tableLength())
                + Integer.toUnsignedLong(gramHeader.slabLength());
        if (whole != length) {
            return PROTOCOL_VIOLATION; // spec: CHK-1
        }
        offset += GramFrame.BYTES + length;
        return handler.onGram(gram);
    }

    private int readAck(FrameHandler handler) {
        int bytes = ack.read(array, offset, end);
        if (bytes < 0) {
            return PROTOCOL_VIOLATION;
        }
        offset += bytes;
        return handler.onAck(ack);
    }

    private int readPadding() {
        for (int i = offset; i < end; i++) {
            if (Wire.u8(array, i) != 0) {
                return PROTOCOL_VIOLATION; // spec: FRM-2
            }
        }
        offset = end;
        return NO_ERROR;
    }

    private int readPing(FrameHandler handler) {
        offset += FrameWriter.PING_BYTES;
        return handler.onPing();
    }

    private int readCredit(FrameHandler handler) {
        if (!holds(FrameWriter.CREDIT_BYTES)
                || !isReservedZero()
                || Wire.u16(array, offset + 2) != 0
                || Wire.u32(array, offset + 4) != 0) {
            return PROTOCOL_VIOLATION;
        }
        long bytesMax = Wire.u64(array, offset + CREDIT_BYTES_MAX_OFFSET);
        long gramsMax = Wire.u64(array, offset + CREDIT_GRAMS_MAX_OFFSET);
        if (!Wire.isNumber(bytesMax) || !Wire.isNumber(gramsMax)) {
            return PROTOCOL_VIOLATION; // spec: FRM-3
        }
        offset += FrameWriter.CREDIT_BYTES;
        return handler.onCredit(bytesMax, gramsMax);
    }

    private int readAckFrequency(FrameHandler handler) {
        if (!holds(FrameWriter.ACK_FREQUENCY_BYTES) || !isReservedZero()) {
            return PROTOCOL_VIOLATION;
        }
        int packets = Wire.u16(array, offset + 2);
        long maxDelayUs = Wire.u32(array, offset + 4);
        if (packets == 0) {
            return PROTOCOL_VIOLATION; // spec: ACK-5
        }
        offset += FrameWriter.ACK_FREQUENCY_BYTES;
        return handler.onAckFrequency(packets, maxDelayUs);
    }

    private int readPath(FrameHandler handler) {
        if (!holds(FrameWriter.PATH_BYTES)
                || !isReservedZero()
                || Wire.u16(array, offset + 2) != 0
                || Wire.u32(array, offset + 4) != 0) {
            return PROTOCOL_VIOLATION;
        }
        boolean isChallenge = Wire.u8(array, offset) == FrameType.PATH_CHALLENGE;
        long data = Wire.u64(array, offset + PATH_DATA_OFFSET);
        offset += FrameWriter.PATH_BYTES;
        return isChallenge ? handler.onPathChallenge(data) : handler.onPathResponse(data);
    }

    private int readClose(FrameHandler handler) {
        if (!holds(FrameWriter.CLOSE_BYTES) || !isReservedZero() || Wire.u16(array, offset + 6) != 0) {
            return PROTOCOL_VIOLATION;
        }
        int reason = Wire.u16(array, offset + CLOSE_REASON_OFFSET);
        int length = Wire.u16(array, offset + CLOSE_MESSAGE_LENGTH_OFFSET);
        if (length > FrameWriter.CLOSE_MESSAGE_BYTES_MAX || !holds(FrameWriter.CLOSE_BYTES + length)) {
            return PROTOCOL_VIOLATION;
        }
        String message = printable(offset + FrameWriter.CLOSE_BYTES, length);
        offset += FrameWriter.CLOSE_BYTES + length;
        return handler.onClose(reason, message);
    }

    private boolean holds(int bytes) {
        return end - offset >= bytes;
    }

    /** Byte 1 of all frames but PADDING, PING, ACK and PIECE is reserved. */
    private boolean isReservedZero() {
        return Wire.u8(array, offset + 1) == 0;
    }

    // spec: GRM-1
    private static boolean isHeadLength(long bytes) {
        return bytes >= GramHeader.BYTES
                && bytes <= GramHeader.HEAD_BYTES_MAX
                && bytes % DescriptorTable.ENTRY_BYTES == 0;
    }

    // spec: CHK-2, CHK-3
    private static boolean isLanding(int blobId, long blobOffset, int length) {
        return blobId == 0 ? blobOffset == 0 : blobOffset >= 0 && blobOffset <= Long.MAX_VALUE - length;
    }

    /** What a peer says reaches terminals and logs: malformed UTF-8 and control characters show as U+FFFD (spec: END-4). */
    private String printable(int start, int length) {
        StringBuilder text = new StringBuilder(new String(array, start, length, StandardCharsets.UTF_8));
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                text.setCharAt(i, '\uFFFD');
            }
        }
        return text.toString();
    }
}
