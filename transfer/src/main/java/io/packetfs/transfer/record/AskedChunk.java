package io.packetfs.transfer.record;

import java.util.Arrays;

/**
 * A chunk that a sender asks of: its length in bytes, its checksum, and its tag of {@link #TAG_BYTES} (spec: DLT-2).
 *
 * @param tag not to be changed
 */
public record AskedChunk(int length, int crc32c, byte[] tag) {
    public static final int TAG_BYTES = 16;

    @Override
    public boolean equals(Object other) {
        return other instanceof AskedChunk chunk
                && length == chunk.length
                && crc32c == chunk.crc32c
                && Arrays.equals(tag, chunk.tag);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * length + crc32c) + Arrays.hashCode(tag);
    }

    @Override
    public String toString() {
        return length + " bytes with CRC32C " + Integer.toHexString(crc32c);
    }
}
