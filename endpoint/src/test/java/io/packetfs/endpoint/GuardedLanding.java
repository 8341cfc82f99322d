package io.packetfs.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.blob.HeapBlob;
import io.packetfs.blob.Landing;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** A landing with a fence of known bytes on both sides, which nobody may touch. */
final class GuardedLanding implements Landing {
    private static final int FENCE_BYTES = 4_096;
    private static final byte FENCE = (byte) 0xa5;

    private final int sizeBytes;
    private final HeapBlob memory;
    long writes;

    GuardedLanding(int sizeBytes) {
        this.sizeBytes = sizeBytes;
        byte[] array = new byte[sizeBytes + 2 * FENCE_BYTES];
        Arrays.fill(array, 0, FENCE_BYTES, FENCE);
        Arrays.fill(array, FENCE_BYTES + sizeBytes, array.length, FENCE);
        memory = new HeapBlob(array);
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void write(long offset, byte[] source, int sourceOffset, int length) {
        writes++;
        memory.write(Math.addExact(FENCE_BYTES, offset), source, sourceOffset, length);
    }

    @Override
    public void updateDigest(CRC32C digest, long offset, int length) {
        memory.updateDigest(digest, Math.addExact(FENCE_BYTES, offset), length);
    }

    byte[] content() {
        return Arrays.copyOfRange(memory.array(), FENCE_BYTES, FENCE_BYTES + sizeBytes);
    }

    void requireUntouchedFence() {
        byte[] array = memory.array();
        for (int i = 0; i < FENCE_BYTES; i++) {
            assertThat(array[i])
                    .as("byte %d before the landing", FENCE_BYTES - i)
                    .isEqualTo(FENCE);
            assertThat(array[array.length - 1 - i])
                    .as("byte %d behind the landing", FENCE_BYTES - i)
                    .isEqualTo(FENCE);
        }
    }
}
