package io.packetfs.bench.loopback;

import io.packetfs.blob.BlobSource;
import io.packetfs.blob.HeapBlob;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/** A large blob that is a smaller one over and over; no range that is read may span two of those. */
final class RepeatedSource implements BlobSource {
    private final long sizeBytes;
    private final HeapBlob period;

    /**
     * A blob of random bytes.
     *
     * @param periodBytes the memory that it takes; a power of two, so that finding a place in it costs the reader nothing
     */
    RepeatedSource(long sizeBytes, int periodBytes) {
        if (Integer.bitCount(periodBytes) != 1) {
            throw new IllegalArgumentException("a period of " + periodBytes + " bytes, which is no power of two");
        }
        this.sizeBytes = sizeBytes;
        period = new HeapBlob(periodBytes);
        new SplittableRandom(1).nextBytes(period.array());
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void read(long offset, byte[] target, int targetOffset, int length) {
        period.read(placeInPeriod(offset), target, targetOffset, length);
    }

    @Override
    public void updateDigest(CRC32C digest, long offset, int length) {
        period.updateDigest(digest, placeInPeriod(offset), length);
    }

    private long placeInPeriod(long offset) {
        return offset & (period.sizeBytes() - 1);
    }
}
