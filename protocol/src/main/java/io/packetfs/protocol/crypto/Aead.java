package io.packetfs.protocol.crypto;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * One key of one suite, over arrays. The cipher is made once and started anew for each nonce; nothing is allocated here, whatever the
 * cipher does inside. Used by one thread.
 */
final class Aead {
    private final CipherSuite suite;
    private final SecretKey key;
    private final Cipher cipher;

    /** In turn, because a cipher may compare a nonce with the one before, and keeps no copy of it. */
    private final CipherNonce[] nonces;

    private int turn;

    Aead(CipherSuite suite, byte[] key) {
        this.suite = suite;
        this.key = new SecretKeySpec(key, suite.keyAlgorithm());
        nonces = new CipherNonce[] {new CipherNonce(suite), new CipherNonce(suite)};
        cipher = AeadProvider.cipher(suite);
    }

    /**
     * Seals {@code length} bytes at {@code offset} in place and puts the tag behind them.
     *
     * @throws IllegalStateException if the nonce is the one used last: two messages under one nonce would give the key away
     */
    void seal(byte[] nonce, byte[] aad, int aadOffset, int aadLength, byte[] array, int offset, int length) {
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, parameters(nonce));
            cipher.updateAAD(aad, aadOffset, aadLength);
            cipher.doFinal(array, offset, length, array, offset);
        } catch (InvalidAlgorithmParameterException | InvalidKeyException e) {
            throw new IllegalStateException("a nonce was used twice", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    suite + " cannot seal " + length + " bytes at " + offset + " of " + array.length, e);
        }
    }

    /**
     * Opens {@code length} bytes at {@code offset} into the beginning of another array: the JDK's AES-GCM is slower in place. The last 16
     * are the tag.
     *
     * @param opened holds at least {@code length} bytes
     * @return the length of what was sealed, or -1 when the tag is wrong; nothing in {@code opened} is then to be used
     */
    int open(
            byte[] nonce,
            byte[] aad,
            int aadOffset,
            int aadLength,
            byte[] array,
            int offset,
            int length,
            byte[] opened) {
        if (length < CipherSuite.TAG_BYTES) {
            return -1;
        }
        try {
            cipher.init(Cipher.DECRYPT_MODE, key, parameters(nonce));
            cipher.updateAAD(aad, aadOffset, aadLength);
            return cipher.doFinal(array, offset, length, opened, 0);
        } catch (AEADBadTagException wrongTag) {
            return -1;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    suite + " cannot open " + length + " bytes at " + offset + " of " + array.length, e);
        }
    }

    private AlgorithmParameterSpec parameters(byte[] nonce) {
        turn ^= 1;
        return nonces[turn].set(nonce);
    }
}
