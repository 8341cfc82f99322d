package io.packetfs.blob.chunk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A chunk's tag (spec: TAG-1): 16 bytes, as two big-endian numbers, so that their hexadecimal form reads as the bytes do. */
public record ChunkTag(long first, long second) {
    public static final int BYTES = 16;

    /** Of 16 bytes at a place. */
    public static ChunkTag of(byte[] bytes, int from) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, from, BYTES);
        return new ChunkTag(buffer.getLong(), buffer.getLong());
    }

    /** Of the next 16 bytes; the buffer's order does not matter. */
    public static ChunkTag read(ByteBuffer in) {
        ByteBuffer bigEndian = in.slice(in.position(), BYTES).order(ByteOrder.BIG_ENDIAN);
        in.position(in.position() + BYTES);
        return new ChunkTag(bigEndian.getLong(), bigEndian.getLong());
    }

    public byte[] bytes() {
        return ByteBuffer.allocate(BYTES).putLong(first).putLong(second).array();
    }

    /** The whole tag in hexadecimal. */
    @Override
    public String toString() {
        return "%016x%016x".formatted(first, second);
    }
}
