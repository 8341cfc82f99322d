package io.packetfs.protocol.crypto;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import javax.crypto.KeyAgreement;

/** Diffie-Hellman over Curve25519 with raw keys of 32 bytes (RFC 7748, section 5). */
public final class X25519 {
    public static final int KEY_BYTES = 32;

    private static final String NAME = "X25519";
    private static final byte[] BASE_POINT = basePoint();

    private X25519() {}

    /** A new private key; what RFC 7748 does to its bits happens when it is used. */
    public static byte[] newPrivateKey(Entropy entropy) {
        return entropy.draw(KEY_BYTES);
    }

    /** The public key that belongs to a private one. */
    public static byte[] publicKey(byte[] privateKey) {
        byte[] publicKey = agree(privateKey, BASE_POINT);
        assert publicKey != null;
        return publicKey;
    }

    /**
     * The secret that both sides share.
     *
     * @return 32 bytes, or null when the peer's key is one of the few that make the secret zero whatever the private key is
     */
    public static byte[] agree(byte[] privateKey, byte[] peerPublicKey) {
        try {
            KeyFactory keys = KeyFactory.getInstance(NAME);
            PrivateKey ours =
                    keys.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, privateKey.clone()));
            PublicKey theirs =
                    keys.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, coordinate(peerPublicKey)));
            KeyAgreement agreement = KeyAgreement.getInstance(NAME);
            agreement.init(ours);
            return agree(agreement, theirs);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no " + NAME, e);
        }
    }

    private static byte[] agree(KeyAgreement agreement, PublicKey theirs) throws GeneralSecurityException {
        try {
            agreement.doPhase(theirs, true);
        } catch (InvalidKeyException smallOrder) {
            return null;
        }
        byte[] secret = agreement.generateSecret();
        return isZero(secret) ? null : secret;
    }

    /** The little-endian number in a public key; RFC 7748 has the highest bit ignored. */
    private static BigInteger coordinate(byte[] publicKey) {
        byte[] bigEndian = new byte[KEY_BYTES];
        for (int i = 0; i < KEY_BYTES; i++) {
            bigEndian[i] = publicKey[KEY_BYTES - 1 - i];
        }
        bigEndian[0] &= 0x7f;
        return new BigInteger(1, bigEndian);
    }

    private static boolean isZero(byte[] secret) {
        int bits = 0;
        for (byte b : secret) {
            bits |= b;
        }
        return bits == 0;
    }

    private static byte[] basePoint() {
        byte[] point = new byte[KEY_BYTES];
        point[0] = 9;
        return point;
    }
}
