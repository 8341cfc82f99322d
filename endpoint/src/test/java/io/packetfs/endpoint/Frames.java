package io.packetfs.endpoint;

import io.packetfs.protocol.AckFrame;
import io.packetfs.protocol.ChunkFrame;
import io.packetfs.protocol.DescriptorTable;
import io.packetfs.protocol.FrameWriter;
import io.packetfs.protocol.GramFrame;
import io.packetfs.protocol.GramHeader;
import io.packetfs.protocol.HeadFrame;
import io.packetfs.protocol.PieceFrame;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Frames one after another, as a payload to be sealed. Whatever the caller wants to lie about, it may. */
final class Frames {
    private static final int SMALL_FRAMES_BYTES = 4_096;

    private byte[] array = new byte[SMALL_FRAMES_BYTES];
    private int length;

    /** The head of a gram: header and descriptors, which the test may spoil before it is sent. */
    static final class Gram {
        final GramHeader header = new GramHeader();
        final byte[] head;
        final byte[] slab;

        Gram(long gramId, byte[] slab, int descriptorCount) {
            head = new byte[GramHeader.BYTES + DescriptorTable.bytes(descriptorCount)];
            this.slab = slab;
            CRC32C crc = new CRC32C();
            crc.update(slab, 0, slab.length);
            header.wrap(head, 0)
                    .applyDefaults()
                    .gramId(gramId)
                    .lane(1)
                    .descriptorCount(descriptorCount)
                    .slabLength(slab.length)
                    .digest((int) crc.getValue());
        }

        /** A gram that is handed over as it is. */
        static Gram staged(long gramId, int slabLength) {
            return new Gram(gramId, bytes(gramId, slabLength), 0);
        }

        /** A gram of one descriptor into landing 1. */
        static Gram placed(long gramId, long offset, int slabLength) {
            Gram gram = new Gram(gramId, bytes(gramId, slabLength), 1);
            gram.header.blobId(1);
            return gram.descriptor(0, offset, slabLength);
        }

        Gram descriptor(int index, long offset, int length) {
            DescriptorTable.put(head, GramHeader.BYTES, index, offset, length);
            return this;
        }

        Gram ordered(int lane, long sequence) {
            header.lane(lane).flags(header.flags() | GramHeader.FLAG_ORDERED).laneSequence(sequence);
            return this;
        }

        private static byte[] bytes(long gramId, int length) {
            byte[] bytes = new byte[length];
            for (int i = 0; i < length; i++) {
                bytes[i] = (byte) (gramId * 31 + i + 1);
            }
            return bytes;
        }
    }

    byte[] bytes() {
        return Arrays.copyOf(array, length);
    }

    Frames ping() {
        length += FrameWriter.writePing(array, length);
        return this;
    }

    /** Acknowledges ranges, the highest first: first and last of each. */
    Frames ack(long delayUs, long... ranges) {
        AckFrame ack = new AckFrame().clear().ackDelayUs(delayUs);
        for (int i = 0; i < ranges.length; i += 2) {
            ack.ranges().add(ranges[i], ranges[i + 1]);
        }
        length += ack.write(array, length, array.length - length);
        return this;
    }

    Frames ackFrequency(int packets, long maxDelayUs) {
        length += FrameWriter.writeAckFrequency(array, length, packets, maxDelayUs);
        return this;
    }

    Frames credit(long bytesMax, long gramsMax) {
        length += FrameWriter.writeCredit(array, length, bytesMax, gramsMax);
        return this;
    }

    Frames challenge(long data) {
        length += FrameWriter.writePathChallenge(array, length, data);
        return this;
    }

    Frames response(long data) {
        length += FrameWriter.writePathResponse(array, length, data);
        return this;
    }

    Frames close(int reason, String message) {
        length += FrameWriter.writeClose(array, length, reason, message);
        return this;
    }

    Frames whole(Gram gram) {
        int bytes = gram.head.length + gram.slab.length;
        new GramFrame().wrap(array, length).applyDefaults().length(bytes);
        length += GramFrame.BYTES;
        append(gram.head, 0, gram.head.length);
        return append(gram.slab, 0, gram.slab.length);
    }

    Frames head(Gram gram) {
        return head(gram, 0, gram.head.length);
    }

    Frames head(Gram gram, int position, int bytes) {
        new HeadFrame()
                .wrap(array, length)
                .applyDefaults()
                .length(bytes)
                .position(position)
                .gramId(gram.header.gramId())
                .headLength(gram.head.length)
                .slabLength(gram.slab.length);
        length += HeadFrame.BYTES;
        return append(gram.head, position, bytes);
    }

    /** A chunk that says it lands at {@code blobOffset} of landing {@code blobId}. */
    Frames chunk(Gram gram, int position, int bytes, int blobId, long blobOffset) {
        chunkHeader(gram.header.gramId(), position, bytes, blobId, blobOffset, gram.head.length, gram.slab.length);
        return append(gram.slab, position, bytes);
    }

    /** A chunk header with any lengths, and as many bytes as it says. */
    Frames chunk(long gramId, int position, int bytes, int blobId, long blobOffset, int headLength, int slabLength) {
        chunkHeader(gramId, position, bytes, blobId, blobOffset, headLength, slabLength);
        return append(new byte[bytes], 0, bytes);
    }

    /** A piece, which has to be the last frame. */
    Frames piece(Gram gram, int position, int bytes) {
        return piece(gram.header.gramId(), position, Arrays.copyOfRange(gram.slab, position, position + bytes));
    }

    /** A piece of any gram, with any bytes. */
    Frames piece(long gramId, int position, byte[] bytes) {
        PieceFrame.write(array, length, position, gramId);
        length += PieceFrame.BYTES;
        return append(bytes, 0, bytes.length);
    }

    Frames raw(int... bytes) {
        byte[] values = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            values[i] = (byte) bytes[i];
        }
        return append(values, 0, values.length);
    }

    private void chunkHeader(
            long gramId, int position, int bytes, int blobId, long blobOffset, int headLength, int slabLength) {
        ChunkFrame.write(array, length, bytes, position, gramId, blobOffset, blobId, headLength, slabLength);
        length += ChunkFrame.BYTES;
    }

    private Frames append(byte[] source, int from, int bytes) {
        if (length + bytes + SMALL_FRAMES_BYTES > array.length) {
            array = Arrays.copyOf(array, 2 * (length + bytes) + SMALL_FRAMES_BYTES);
        }
        System.arraycopy(source, from, array, length, bytes);
        length += bytes;
        return this;
    }
}
