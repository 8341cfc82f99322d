package io.packetfs.transfer.manifest;

import java.nio.ByteBuffer;

/**
 * Names a set of files by what the manifest says of them (spec: MAN-5): 16 bytes, as two big-endian numbers, so that their hexadecimal form
 * reads as the bytes do.
 */
public record TransferId(long high, long low) {
    public static final int BYTES = 16;

    /** A stream's. */
    public static final TransferId NONE = new TransferId(0, 0);

    /** Of the next 16 bytes; the buffer's order does not matter. */
    public static TransferId read(ByteBuffer in) {
        byte[] bytes = new byte[BYTES];
        in.get(bytes);
        ByteBuffer bigEndian = ByteBuffer.wrap(bytes);
        return new TransferId(bigEndian.getLong(), bigEndian.getLong());
    }

    public byte[] bytes() {
        return ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
    }

    /** The whole id in hexadecimal. */
    @Override
    public String toString() {
        return "%016x%016x".formatted(high, low);
    }
}
