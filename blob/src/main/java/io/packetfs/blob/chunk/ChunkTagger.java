package io.packetfs.blob.chunk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Says of chunks, for those who share a key, that they are the same (spec: TAG): the tag of AES-128-GCM. Who chose the content without
 * knowing the key has no better chance than 2 to the power of -111 that two chunks have one tag.
 *
 * <p>One thread at a time. Limit: memory for one chunk.
 */
public final class ChunkTagger {
    public static final int KEY_BYTES = 16;

    private static final int NONCE_BYTES = 12;

    /** After so many calls the JVM runs its cipher on the processor's instructions, a hundred times as fast as before. */
    private static final int WARM_UP_CALLS = 6_000;

    /** Short, as it is how often and not how much that counts; but not so short that another path is taken. */
    private static final int WARM_UP_BYTES = 1_024;

    // guarded by the class
    private static boolean warmedUp;

    private final SecretKeySpec key;
    private final Cipher cipher;
    private final byte[] sealed;

    /**
     * @param key of {@link #KEY_BYTES}, secret to those who choose content, and of one transfer
     * @param chunkBytesMax the length of the longest chunk
     */
    public ChunkTagger(byte[] key, int chunkBytesMax) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("a key of " + key.length + " bytes");
        }
        this.key = new SecretKeySpec(key, "AES");
        sealed = new byte[chunkBytesMax + ChunkTag.BYTES];
        try {
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java platform has AES-GCM", e);
        }
    }

    /** Once in a process, and in less than 0.1 s, has done what the first 200 MB of chunks would otherwise take 0.8 s longer for. */
    public static synchronized void warmUp() {
        if (warmedUp) {
            return;
        }
        warmedUp = true;
        ChunkTagger tagger = new ChunkTagger(new byte[KEY_BYTES], WARM_UP_BYTES);
        byte[] content = new byte[WARM_UP_BYTES];
        for (int i = 0; i < WARM_UP_CALLS; i++) {
            tagger.tag(i, content, 0, WARM_UP_BYTES);
        }
    }

    /**
     * The tag of a chunk. Two chunks in a row are at different places.
     *
     * @param place where the chunk is to lie
     */
    public ChunkTag tag(long place, byte[] content, int from, int length) {
        byte[] nonce = new byte[NONCE_BYTES];
        ByteBuffer.wrap(nonce).order(ByteOrder.LITTLE_ENDIAN).putLong(place);
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(8 * ChunkTag.BYTES, nonce));
            int bytes = cipher.doFinal(content, from, length, sealed, 0);
            return ChunkTag.of(sealed, bytes - ChunkTag.BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot tag " + length + " bytes at " + place, e);
        }
    }
}
