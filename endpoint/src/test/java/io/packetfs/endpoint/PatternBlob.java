package io.packetfs.endpoint;

import io.packetfs.blob.BlobSource;
import io.packetfs.blob.Landing;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/**
 * A blob of any size whose bytes follow from their offsets, so that it takes no memory: as a source it makes them, as a landing it
 * compares what is written with what belongs there, and counts it.
 */
final class PatternBlob implements BlobSource, Landing {
    private static final int PERIOD_BYTES = 1 << 16;

    /** Longer than a period by the longest piece that is read or written at once. */
    private static final byte[] PATTERN = pattern();

    private final long sizeBytes;
    private long writtenBytes;

    PatternBlob(long sizeBytes) {
        this.sizeBytes = sizeBytes;
    }

    /** What was written to it so far. */
    long writtenBytes() {
        return writtenBytes;
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void read(long offset, byte[] target, int targetOffset, int length) {
        System.arraycopy(PATTERN, (int) (offset % PERIOD_BYTES), target, targetOffset, length);
    }

    @Override
    public void write(long offset, byte[] source, int sourceOffset, int length) {
        int at = (int) (offset % PERIOD_BYTES);
        if (Arrays.mismatch(source, sourceOffset, sourceOffset + length, PATTERN, at, at + length) >= 0) {
            throw new AssertionError("other bytes than were sent, at " + offset);
        }
        writtenBytes += length;
    }

    @Override
    public void updateDigest(CRC32C digest, long offset, int length) {
        for (int done = 0; done < length; ) {
            int step = Math.min(length - done, PERIOD_BYTES);
            digest.update(PATTERN, (int) ((offset + done) % PERIOD_BYTES), step);
            done += step;
        }
    }

    private static byte[] pattern() {
        byte[] bytes = new byte[2 * PERIOD_BYTES];
        new SplittableRandom(PERIOD_BYTES).nextBytes(bytes);
        System.arraycopy(bytes, 0, bytes, PERIOD_BYTES, PERIOD_BYTES);
        return bytes;
    }
}
