package io.packetfs.interop.vectors;

import io.packetfs.protocol.AckFrame;
import io.packetfs.protocol.AckRanges;
import io.packetfs.protocol.ChunkFrame;
import io.packetfs.protocol.FrameHandler;
import io.packetfs.protocol.GramFrame;
import io.packetfs.protocol.HeadFrame;
import io.packetfs.protocol.PieceFrame;
import io.packetfs.protocol.ReasonCode;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/** Writes frames down in the words of the vector files. */
final class FrameTranscript implements FrameHandler {
    private static final int SPELLED_OUT_MAX = 16;

    /** A receiver that has delivered the grams below this one. */
    private static final long PIECE_GRAM_ID_NEAR = 0xf000_0000L;

    private final List<String> frames = new ArrayList<>();

    List<String> frames() {
        return frames;
    }

    @Override
    public int onPing() {
        return add("PING");
    }

    @Override
    public int onAck(AckFrame ack) {
        AckRanges ranges = ack.ranges();
        int count = ranges.count();
        if (count > SPELLED_OUT_MAX) {
            return add("ACK %d ranges %d to %d".formatted(count, ranges.largest(), ranges.first(count - 1)));
        }
        StringBuilder text = new StringBuilder("ACK");
        for (int i = 0; i < count; i++) {
            text.append(' ').append(ranges.first(i)).append("..").append(ranges.last(i));
        }
        text.append(" delay ").append(ack.ackDelayUs());
        if (ack.hasEcn()) {
            text.append(" ecn %d %d %d".formatted(ack.ect0(), ack.ect1(), ack.ce()));
        }
        return add(text.toString());
    }

    @Override
    public int onAckFrequency(int packets, long maxDelayUs) {
        return add("ACK_FREQUENCY %d %d".formatted(packets, maxDelayUs));
    }

    @Override
    public int onCredit(long bytesMax, long gramsMax) {
        return add("CREDIT %d %d".formatted(bytesMax, gramsMax));
    }

    @Override
    public int onClose(int reason, String message) {
        boolean oneCharacter = message.chars().distinct().count() == 1 && message.length() > SPELLED_OUT_MAX;
        String text = oneCharacter
                ? "'%c' %d times".formatted(message.charAt(0), message.length())
                : "'" + message.chars().mapToObj(FrameTranscript::ascii).collect(Collectors.joining()) + "'";
        return add("CLOSE " + reason + " " + text);
    }

    private static String ascii(int character) {
        return character < 127 ? Character.toString(character) : "\\u%04x".formatted(character);
    }

    @Override
    public int onPathChallenge(long data) {
        return add("PATH_CHALLENGE %016x".formatted(data));
    }

    @Override
    public int onPathResponse(long data) {
        return add("PATH_RESPONSE %016x".formatted(data));
    }

    @Override
    public int onHead(HeadFrame head) {
        return add("HEAD gram %d bytes %d+%d of head %d slab %d"
                .formatted(head.gramId(), head.position(), head.length(), head.headLength(), head.slabLength()));
    }

    @Override
    public int onChunk(ChunkFrame chunk) {
        int from = chunk.payloadOffset();
        return add("CHUNK gram %d bytes %d+%d of head %d slab %d to %d@%d %s"
                .formatted(
                        chunk.gramId(),
                        chunk.slabPosition(),
                        chunk.length(),
                        chunk.headLength(),
                        chunk.slabLength(),
                        chunk.blobId(),
                        chunk.blobOffset(),
                        HexFormat.of().formatHex(chunk.array(), from, from + chunk.length())));
    }

    @Override
    public int onPiece(PieceFrame piece) {
        int from = piece.payloadOffset();
        return add("PIECE gram %d bytes %d+%d %s"
                .formatted(
                        piece.gramId(PIECE_GRAM_ID_NEAR),
                        piece.slabPosition(),
                        piece.length(),
                        HexFormat.of().formatHex(piece.array(), from, from + piece.length())));
    }

    @Override
    public int onGram(GramFrame gram) {
        return add("GRAM " + gram.length());
    }

    private int add(String frame) {
        frames.add(frame);
        return ReasonCode.NO_ERROR;
    }
}
