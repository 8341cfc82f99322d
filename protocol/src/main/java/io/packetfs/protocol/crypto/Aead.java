package io.packetfs.protocol.crypto;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * One key of one suite, over arrays and in place. The JDK's cipher is made once and started anew for each nonce, for which it wants a
 * fresh parameter object: that, and what the JDK takes inside, is all that a packet allocates. Used by one thread.
 */
final class Aead {
    private final CipherSuite suite;
    private final SecretKey key;
    private final Cipher cipher;

    Aead(CipherSuite suite, byte[] key) {
        this.suite = suite;
        this.key = new SecretKeySpec(key, suite.keyAlgorithm());
        try {
            cipher = Cipher.getInstance(suite.transformation());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no " + suite.transformation(), e);
        }
    }

    /**
     * Seals {@code length} bytes at {@code offset} in place and puts the tag behind them.
     *
     * @throws IllegalStateException if the nonce is the one used last: two messages under one nonce would give the key away
     */
    void seal(byte[] nonce, byte[] aad, int aadOffset, int aadLength, byte[] array, int offset, int length) {
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, suite.parameters(nonce));
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
     * Opens {@code length} bytes at {@code offset} in place; the last 16 are the tag.
     *
     * @return the length of what was sealed, or -1 when the tag is wrong; the bytes are then spoilt
     */
    int open(byte[] nonce, byte[] aad, int aadOffset, int aadLength, byte[] array, int offset, int length) {
        if (length < CipherSuite.TAG_BYTES) {
            return -1;
        }
        try {
            cipher.init(Cipher.DECRYPT_MODE, key, suite.parameters(nonce));
            cipher.updateAAD(aad, aadOffset, aadLength);
            return cipher.doFinal(array, offset, length, array, offset);
        } catch (AEADBadTagException wrongTag) {
            return -1;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    suite + " cannot open " + length + " bytes at " + offset + " of " + array.length, e);
        }
    }
}
