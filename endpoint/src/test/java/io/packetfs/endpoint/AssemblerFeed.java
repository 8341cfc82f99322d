package io.packetfs.endpoint;

import io.packetfs.protocol.AckFrame;
import io.packetfs.protocol.ChunkFrame;
import io.packetfs.protocol.FrameHandler;
import io.packetfs.protocol.FrameReader;
import io.packetfs.protocol.GramFrame;
import io.packetfs.protocol.HeadFrame;
import io.packetfs.protocol.PieceFrame;
import io.packetfs.protocol.ReasonCode;

/** Reads payloads and gives their gram frames to an assembler, without a connection around it. */
final class AssemblerFeed implements FrameHandler {
    private final FrameReader reader = new FrameReader();
    private final GramAssembler assembler;

    AssemblerFeed(GramAssembler assembler) {
        this.assembler = assembler;
    }

    /** Returns a reason code. */
    int feed(byte[] payload) {
        return reader.read(payload, 0, payload.length, this);
    }

    @Override
    public int onHead(HeadFrame head) {
        return assembler.onHead(head);
    }

    @Override
    public int onChunk(ChunkFrame chunk) {
        return assembler.onChunk(chunk);
    }

    @Override
    public int onPiece(PieceFrame piece) {
        return assembler.onPiece(piece);
    }

    @Override
    public int onGram(GramFrame gram) {
        return assembler.onGram(gram);
    }

    @Override
    public int onPing() {
        return ReasonCode.NO_ERROR;
    }

    @Override
    public int onAck(AckFrame ack) {
        return ReasonCode.NO_ERROR;
    }

    @Override
    public int onAckFrequency(int packets, long maxDelayUs) {
        return ReasonCode.NO_ERROR;
    }

    @Override
    public int onCredit(long bytesMax, long gramsMax) {
        return ReasonCode.NO_ERROR;
    }

    @Override
    public int onPathChallenge(long data) {
        return ReasonCode.NO_ERROR;
    }

    @Override
    public int onPathResponse(long data) {
        return ReasonCode.NO_ERROR;
    }

    @Override
    public int onClose(int reason, String message) {
        return ReasonCode.NO_ERROR;
    }
}
