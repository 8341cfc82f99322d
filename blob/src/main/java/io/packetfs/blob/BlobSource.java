package io.packetfs.blob;

import java.util.zip.CRC32C;

/**
 * A blob that is read: where the bytes of sent chunks come from.
 *
 * <p>Called by the one thread that owns it. A range outside {@code 0} to {@link #sizeBytes()} is the caller's bug and raises {@link
 * IndexOutOfBoundsException}.
 */
public interface BlobSource {
    long sizeBytes();

    /**
     * Copies {@code length} bytes from {@code offset} of this blob to {@code targetOffset} of {@code target}.
     *
     * @param target not kept after the call
     * @throws SourceException if the environment fails: the file shrank, vanished, or cannot be read
     */
    void read(long offset, byte[] target, int targetOffset, int length);

    /**
     * Feeds {@code length} bytes from {@code offset} of this blob to {@code digest}.
     *
     * @throws SourceException if they cannot be read
     */
    void updateDigest(CRC32C digest, long offset, int length);
}
