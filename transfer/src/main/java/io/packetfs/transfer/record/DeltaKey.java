package io.packetfs.transfer.record;

import java.nio.ByteBuffer;

/** The key of a transfer's tags (spec: TAG-2): 16 random bytes. It is not shown. */
public record DeltaKey(long first, long second) {
    public static final int BYTES = 16;

    /** Of 16 bytes. */
    public static DeltaKey of(byte[] random) {
        ByteBuffer bytes = ByteBuffer.wrap(random);
        return new DeltaKey(bytes.getLong(), bytes.getLong());
    }

    public byte[] bytes() {
        return ByteBuffer.allocate(BYTES).putLong(first).putLong(second).array();
    }

    @Override
    public String toString() {
        return "DeltaKey";
    }
}
