package io.packetfs.protocol.crypto;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** HKDF and HMAC over SHA-256 (RFC 5869, RFC 2104). For handshakes and key changes, not for each packet. */
public final class Hkdf {
    public static final int HASH_BYTES = 32;

    private static final String HMAC = "HmacSHA256";

    private Hkdf() {}

    /** Extract with an empty salt, then expand. */
    public static byte[] derive(byte[] inputKey, String info, int length) {
        return derive(new byte[0], inputKey, info, length);
    }

    /** Extract, then expand. With an empty {@code info} this is the HKDF of Noise, whose outputs lie one after another. */
    static byte[] derive(byte[] salt, byte[] inputKey, String info, int length) {
        return run(HKDFParameterSpec.ofExtract()
                .addSalt(salt)
                .addIKM(inputKey)
                .thenExpand(info.getBytes(StandardCharsets.US_ASCII), length));
    }

    /** Expand alone, from a secret that is uniformly random already. */
    static byte[] expand(byte[] secret, String info, int length) {
        return run(HKDFParameterSpec.expandOnly(
                new SecretKeySpec(secret, "HKDF"), info.getBytes(StandardCharsets.US_ASCII), length));
    }

    /** HMAC-SHA-256 of a piece of an array. */
    public static byte[] hmac(byte[] key, byte[] array, int offset, int length) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            mac.update(array, offset, length);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no " + HMAC, e);
        }
    }

    private static byte[] run(HKDFParameterSpec parameters) {
        try {
            return KDF.getInstance("HKDF-SHA256").deriveData(parameters);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no HKDF-SHA256", e);
        }
    }
}
