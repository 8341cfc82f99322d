package io.packetfs.endpoint;

import io.packetfs.blob.BlobSource;
import io.packetfs.blob.HeapBlob;
import io.packetfs.blob.Landing;
import io.packetfs.blob.LandingException;
import io.packetfs.blob.SourceException;
import java.util.zip.CRC32C;

/** A file that fails at one operation: the disk is full, or the file is gone. */
final class FailingBlob implements Landing, BlobSource {
    private final HeapBlob blob;
    private final boolean isSource;
    private final int failsAt;
    int operations;

    private FailingBlob(byte[] array, boolean isSource, int failsAt) {
        blob = new HeapBlob(array);
        this.isSource = isSource;
        this.failsAt = failsAt;
    }

    static FailingBlob source(byte[] array, int failsAt) {
        return new FailingBlob(array, true, failsAt);
    }

    static FailingBlob landing(byte[] array, int failsAt) {
        return new FailingBlob(array, false, failsAt);
    }

    @Override
    public long sizeBytes() {
        return blob.sizeBytes();
    }

    @Override
    public void write(long offset, byte[] source, int sourceOffset, int length) {
        operate("write");
        blob.write(offset, source, sourceOffset, length);
    }

    @Override
    public void read(long offset, byte[] target, int targetOffset, int length) {
        operate("read");
        blob.read(offset, target, targetOffset, length);
    }

    @Override
    public void updateDigest(CRC32C digest, long offset, int length) {
        operate("digest");
        blob.updateDigest(digest, offset, length);
    }

    private void operate(String name) {
        if (operations++ == failsAt) {
            String message = "photos.tar: " + name + " failed: no space left";
            throw isSource ? new SourceException(message) : new LandingException(message);
        }
    }
}
