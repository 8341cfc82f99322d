package io.packetfs.blob;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.zip.CRC32C;

/** A blob in an array: a landing and a source for small things that need no file. */
public final class HeapBlob implements Landing, BlobSource {
    private final byte[] array;
    private final MemorySegment memory;

    /** A blob of zeros. */
    public HeapBlob(int sizeBytes) {
        this(new byte[sizeBytes]);
    }

    /** A blob over an array, which is used in place. */
    public HeapBlob(byte[] array) {
        this.array = array;
        memory = MemorySegment.ofArray(array);
    }

    public byte[] array() {
        return array;
    }

    @Override
    public long sizeBytes() {
        return array.length;
    }

    @Override
    public void write(long offset, MemorySegment source, long sourceOffset, int length) {
        MemorySegment.copy(source, sourceOffset, memory, offset, length);
    }

    @Override
    public void read(long offset, MemorySegment target, long targetOffset, int length) {
        MemorySegment.copy(memory, offset, target, targetOffset, length);
    }

    @Override
    public void updateDigest(CRC32C digest, long offset, int length) {
        Objects.checkFromIndexSize(offset, length, sizeBytes());
        digest.update(array, (int) offset, length);
    }
}
