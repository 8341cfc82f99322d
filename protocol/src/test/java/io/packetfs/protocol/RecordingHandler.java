package io.packetfs.protocol;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Writes down each frame as one line. */
final class RecordingHandler implements FrameHandler {
    /** Gram ids of pieces are told by their low half; this one knows all ids near it. */
    static final long PIECE_GRAM_ID_NEAR = 1L << 40;

    final List<String> frames = new ArrayList<>();
    private int answer = ReasonCode.NO_ERROR;

    /** Makes all later frames be answered with this reason. */
    void answerWith(int reason) {
        answer = reason;
    }

    @Override
    public int onPing() {
        return record("PING");
    }

    @Override
    public int onAck(AckFrame ack) {
        String ecn = ack.hasEcn() ? " ecn " + ack.ect0() + " " + ack.ect1() + " " + ack.ce() : "";
        return record("ACK " + ack.ranges() + " delay " + ack.ackDelayUs() + ecn);
    }

    @Override
    public int onAckFrequency(int packets, long maxDelayUs) {
        return record("ACK_FREQUENCY " + packets + " " + maxDelayUs);
    }

    @Override
    public int onCredit(long bytesMax, long gramsMax) {
        return record("CREDIT " + bytesMax + " " + gramsMax);
    }

    @Override
    public int onClose(int reason, String message) {
        return record("CLOSE " + ReasonCode.name(reason) + " '" + message + "'");
    }

    @Override
    public int onPathChallenge(long data) {
        return record("PATH_CHALLENGE " + Long.toHexString(data));
    }

    @Override
    public int onPathResponse(long data) {
        return record("PATH_RESPONSE " + Long.toHexString(data));
    }

    @Override
    public int onHead(HeadFrame head) {
        return record("HEAD " + head.gramId() + " " + head.position() + "+" + head.length() + " of " + head.headLength()
                + "/" + head.slabLength());
    }

    @Override
    public int onChunk(ChunkFrame chunk) {
        int from = chunk.payloadOffset();
        return record("CHUNK " + chunk.gramId() + " " + chunk.slabPosition() + "+" + chunk.length() + " of "
                + chunk.headLength() + "/" + chunk.slabLength() + " to " + chunk.blobId() + "@" + chunk.blobOffset()
                + " "
                + HexFormat.of().formatHex(chunk.array(), from, from + chunk.length()));
    }

    @Override
    public int onPiece(PieceFrame piece) {
        int from = piece.payloadOffset();
        return record("PIECE " + piece.gramId(PIECE_GRAM_ID_NEAR) + " " + piece.slabPosition() + "+" + piece.length()
                + " " + HexFormat.of().formatHex(piece.array(), from, from + piece.length()));
    }

    @Override
    public int onGram(GramFrame gram) {
        return record("GRAM " + gram.length());
    }

    private int record(String frame) {
        frames.add(frame);
        return answer;
    }
}
