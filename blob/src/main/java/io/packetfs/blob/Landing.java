package io.packetfs.blob;

import java.util.zip.CRC32C;

/**
 * A blob that is offered to be written: the place where the bytes of received chunks come to lie, each at its own offset, in any
 * order.
 *
 * <p>Called by the one thread that owns it. A range outside {@code 0} to {@link #sizeBytes()} is the caller's bug and raises {@link
 * IndexOutOfBoundsException}: what a peer asks for is checked before (spec: CHK-5).
 */
public interface Landing {
    long sizeBytes();

    /**
     * Copies {@code length} bytes of {@code source} from {@code sourceOffset} to {@code offset} of this landing.
     *
     * @param source not kept after the call
     * @throws LandingException if the environment fails: a full disk, an input or output error
     */
    void write(long offset, byte[] source, int sourceOffset, int length);

    /**
     * Feeds {@code length} bytes as they lie at {@code offset} of this landing to {@code digest}.
     *
     * @throws LandingException if they cannot be read
     */
    void updateDigest(CRC32C digest, long offset, int length);
}
