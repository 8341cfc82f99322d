package io.packetfs.blob;

import java.util.Objects;
import java.util.zip.CRC32C;

/** A blob in an array: a landing and a source for small things that need no file. */
public final class HeapBlob implements Landing, BlobSource {
    private final byte[] array;

    /** A blob of zeros. */
    public HeapBlob(int sizeBytes) {
        this(new byte[sizeBytes]);
    }

    /** A blob over an array, which is used in place. */
    public HeapBlob(byte[] array) {
        this.array = array;
    }

    public byte[] array() {
        return array;
    }

    @Override
    public long sizeBytes() {
        return array.length;
    }

    @Override
    public void write(long offset, byte[] source, int sourceOffset, int length) {
        Objects.checkFromIndexSize(offset, length, (long) array.length);
        System.arraycopy(source, sourceOffset, array, (int) offset, length);
    }

    @Override
    public void read(long offset, byte[] target, int targetOffset, int length) {
        Objects.checkFromIndexSize(offset, length, (long) array.length);
        System.arraycopy(array, (int) offset, target, targetOffset, length);
    }

    @Override
    public void updateDigest(CRC32C digest, long offset, int length) {
        Objects.checkFromIndexSize(offset, length, sizeBytes());
        digest.update(array, (int) offset, length);
    }
}
