package io.packetfs.protocol.crypto;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Noise's symmetric state (Noise revision 34, section 5.2) over SHA-256: the chaining key, the hash of all that was said, and the key
 * for what is said next. A value: a step either gives the state after it or leaves things as they were, so that a bad message
 * changes nothing.
 */
final class NoiseSymmetricState {
    private final CipherSuite suite;
    private byte[] chainingKey;
    private byte[] hash;
    private byte[] key = new byte[0];

    /** The number of messages under the present key; what NKpsk0 says is one message for each key. */
    private long nonce;

    NoiseSymmetricState(CipherSuite suite, String protocolName) {
        this.suite = suite;
        byte[] name = protocolName.getBytes(StandardCharsets.US_ASCII);
        hash = name.length <= Hkdf.HASH_BYTES ? Arrays.copyOf(name, Hkdf.HASH_BYTES) : sha256(name);
        chainingKey = hash;
    }

    private NoiseSymmetricState(NoiseSymmetricState other) {
        suite = other.suite;
        chainingKey = other.chainingKey;
        hash = other.hash;
        key = other.key;
        nonce = other.nonce;
    }

    /** A copy that may go its own way; the arrays inside are replaced, never changed. */
    NoiseSymmetricState copy() {
        return new NoiseSymmetricState(this);
    }

    void mixHash(byte[] data) {
        hash = sha256(hash, data);
    }

    void mixKey(byte[] inputKey) {
        byte[] output = noiseHkdf(inputKey, 2);
        chainingKey = part(output, 0);
        useKey(part(output, 1));
    }

    void mixKeyAndHash(byte[] inputKey) {
        byte[] output = noiseHkdf(inputKey, 3);
        chainingKey = part(output, 0);
        mixHash(part(output, 1));
        useKey(part(output, 2));
    }

    byte[] encryptAndHash(byte[] plain) {
        byte[] sealed = Arrays.copyOf(plain, plain.length + CipherSuite.TAG_BYTES);
        new Aead(suite, key).seal(suite.noiseNonce(nonce), hash, 0, hash.length, sealed, 0, plain.length);
        nonce++;
        mixHash(sealed);
        return sealed;
    }

    /** What was sealed, or null when the tag is wrong; this state has then to be thrown away. */
    byte[] decryptAndHash(byte[] sealed) {
        byte[] opened = new byte[sealed.length];
        int length = new Aead(suite, key)
                .open(suite.noiseNonce(nonce), hash, 0, hash.length, sealed, 0, sealed.length, opened);
        if (length < 0) {
            return null;
        }
        nonce++;
        mixHash(sealed);
        return Arrays.copyOf(opened, length);
    }

    /** The secret of one direction after the handshake: 0 from the initiator, 1 from the responder. */
    byte[] split(int direction) {
        return part(noiseHkdf(new byte[0], 2), direction);
    }

    private void useKey(byte[] newKey) {
        key = newKey;
        nonce = 0;
    }

    /** Noise's HKDF is that of RFC 5869 with the chaining key for salt and an empty info; its outputs are 32 bytes each. */
    private byte[] noiseHkdf(byte[] inputKey, int outputs) {
        return Hkdf.derive(chainingKey, inputKey, "", outputs * Hkdf.HASH_BYTES);
    }

    private static byte[] part(byte[] output, int index) {
        return Arrays.copyOfRange(output, index * Hkdf.HASH_BYTES, (index + 1) * Hkdf.HASH_BYTES);
    }

    private static byte[] sha256(byte[]... pieces) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] piece : pieces) {
                digest.update(piece);
            }
            return digest.digest();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }
}
