package io.packetfs.blob;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Objects;

/** SHA-256 of ranges of blobs. */
public final class Sha256 {
    private static final int PIECE_BYTES = 64 * 1024;

    private Sha256() {}

    /** The 32 bytes for {@code length} bytes from {@code offset}. */
    public static byte[] of(BlobSource source, long offset, long length) {
        Objects.checkFromIndexSize(offset, length, source.sizeBytes());
        MessageDigest digest = newDigest();
        byte[] piece = new byte[(int) Math.min(PIECE_BYTES, length)];
        for (long done = 0; done < length; ) {
            int bytes = (int) Math.min(piece.length, length - done);
            source.read(offset + done, piece, 0, bytes);
            digest.update(piece, 0, bytes);
            done += bytes;
        }
        return digest.digest();
    }

    static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
