package io.packetfs.endpoint;

import io.packetfs.protocol.ChunkFrame;
import io.packetfs.protocol.GramFrame;
import io.packetfs.protocol.GramLimits;
import io.packetfs.protocol.HeadFrame;
import io.packetfs.protocol.PieceFrame;
import io.packetfs.repair.SentFrames;

/**
 * Writes stretches of grams as frames, as far as they fit, and notes each under the packet begun last in the sent frames. What goes where is the
 * {@link GramSender}'s to decide.
 *
 * <p>Each {@code write} returns the bytes of the frame written, 0 if it does not fit; {@link #payloadBytes} tells how many were the gram's own.
 */
final class GramFrames {
    /** A frame is not started for fewer bytes than these, unless they are the last: headers would outweigh them. */
    static final int FRAGMENT_BYTES_MIN = 64;

    private final SentFrames sent;
    private final HeadFrame headFrame = new HeadFrame();
    private final GramFrame gramFrame = new GramFrame();
    private int payloadBytes;

    GramFrames(SentFrames sent) {
        this.sent = sent;
    }

    /** Of the head or slab in the frame written last. */
    int payloadBytes() {
        return payloadBytes;
    }

    /** Bytes of the GRAM frame that a gram would be. */
    static int wholeBytes(OutboundGram gram) {
        return GramFrame.BYTES + gram.costBytes();
    }

    /** Writes all of a gram as one frame. */
    int writeWhole(byte[] packet, int offset, int room, OutboundGram gram) {
        int bytes = wholeBytes(gram);
        if (bytes > room) {
            return 0;
        }
        gramFrame.wrap(packet, offset).applyDefaults().length(gram.costBytes());
        gram.readHead(0, packet, offset + GramFrame.BYTES, gram.headLength());
        gram.readSlab(0, packet, offset + GramFrame.BYTES + gram.headLength(), gram.slabLength());
        sent.add(SentFrames.GRAM, gram.gramId(), 0, gram.slabLength());
        return bytes;
    }

    /** Writes bytes {@code from} to {@code to} of the head, or as many as fit. */
    int writeHead(byte[] packet, int offset, int room, OutboundGram gram, int from, int to) {
        int length = fit(room - HeadFrame.BYTES, to - from, to == gram.headLength());
        payloadBytes = length;
        if (length == 0) {
            return 0;
        }
        headFrame
                .wrap(packet, offset)
                .applyDefaults()
                .length(length)
                .position(from)
                .gramId(gram.gramId())
                .headLength(gram.headLength())
                .slabLength(gram.slabLength());
        gram.readHead(from, packet, offset + HeadFrame.BYTES, length);
        sent.add(SentFrames.HEAD, gram.gramId(), from, length);
        return HeadFrame.BYTES + length;
    }

    /** Writes bytes {@code from} to {@code to} of the slab, or as many as fit, as a piece or a chunk. */
    int writeSlab(byte[] packet, int offset, int room, OutboundGram gram, int from, int to) {
        boolean asPiece = isPiece(gram, room, to - from);
        int headerBytes = slabHeaderBytes(asPiece);
        int length = fit(room - headerBytes, to - from, to == gram.slabLength());
        payloadBytes = length;
        if (length == 0) {
            return 0;
        }
        putSlab(packet, offset, gram, from, length, asPiece);
        sent.add(SentFrames.CHUNK, gram.gramId(), from, length);
        return headerBytes + length;
    }

    /** Whether bytes of the slab go as a piece: nothing has room behind it, and the peer has to know the head. spec: PCE-1, PCE-4 */
    static boolean isPiece(OutboundGram gram, int room, int wanted) {
        int length = room - PieceFrame.BYTES;
        return length <= wanted
                && length >= FRAGMENT_BYTES_MIN
                && length % GramLimits.GRAIN_BYTES == 0
                && gram.isHeadAcknowledged()
                && !gram.isSentWhole();
    }

    /** Bytes before the slab's own. */
    static int slabHeaderBytes(boolean asPiece) {
        return asPiece ? PieceFrame.BYTES : ChunkFrame.BYTES;
    }

    /** Writes {@code length} bytes of the slab, which fit, and notes nothing. */
    static void putSlab(byte[] packet, int offset, OutboundGram gram, int from, int length, boolean asPiece) {
        if (asPiece) {
            PieceFrame.write(packet, offset, from, gram.gramId());
        } else {
            // the peer stages a gram that may still come as a GRAM frame: its chunks have to go there too. spec: CHK-4
            boolean staged = !gram.isPlaced() || gram.isSentWhole();
            ChunkFrame.write(
                    packet,
                    offset,
                    length,
                    from,
                    gram.gramId(),
                    staged ? 0 : gram.offset() + from,
                    staged ? 0 : gram.blobId(),
                    gram.headLength(),
                    gram.slabLength());
        }
        gram.readSlab(from, packet, offset + slabHeaderBytes(asPiece), length);
    }

    /** How many of {@code wanted} bytes go into {@code room}: all of them, or whole grains, or none if too few. spec: CHK-3 */
    private static int fit(int room, int wanted, boolean endsStretch) {
        if (wanted <= room) {
            assert endsStretch || wanted % GramLimits.GRAIN_BYTES == 0 : wanted;
            return wanted;
        }
        int grains = room / GramLimits.GRAIN_BYTES * GramLimits.GRAIN_BYTES;
        return grains < FRAGMENT_BYTES_MIN ? 0 : grains;
    }
}
