package io.packetfs.protocol.crypto;

import java.nio.ByteBuffer;

/** The AEADs that a connection may use (spec: HDR-5, HSK-1). Both have keys of 32 bytes, nonces of 12 and tags of 16. */
public enum CipherSuite {
    AES_256_GCM(0, "AESGCM", "AES/GCM/NoPadding", "AES"),
    CHACHA20_POLY1305(1, "ChaChaPoly", "ChaCha20-Poly1305", "ChaCha20");

    public static final int KEY_BYTES = 32;
    public static final int NONCE_BYTES = 12;
    public static final int TAG_BYTES = 16;

    private final int wireId;
    private final String noiseName;
    private final String transformation;
    private final String keyAlgorithm;

    CipherSuite(int wireId, String noiseName, String transformation, String keyAlgorithm) {
        this.wireId = wireId;
        this.noiseName = noiseName;
        this.transformation = transformation;
        this.keyAlgorithm = keyAlgorithm;
    }

    /** The suite that the header's flags name; null when it is none that this side knows. */
    public static CipherSuite ofWireId(int wireId) {
        return switch (wireId) {
            case 0 -> AES_256_GCM;
            case 1 -> CHACHA20_POLY1305;
            default -> null;
        };
    }

    public int wireId() {
        return wireId;
    }

    /** The cipher's part of a Noise protocol name. */
    public String noiseName() {
        return noiseName;
    }

    /** The name by which the JDK knows the cipher. */
    String transformation() {
        return transformation;
    }

    /** The name by which the JDK knows the cipher's keys. */
    String keyAlgorithm() {
        return keyAlgorithm;
    }

    /** Noise's nonce for message {@code n}: 32 zero bits, then the number, big-endian for AES and little-endian for ChaCha20. */
    byte[] noiseNonce(long n) {
        long bigEndian = this == AES_256_GCM ? n : Long.reverseBytes(n);
        return ByteBuffer.allocate(NONCE_BYTES).putInt(0).putLong(bigEndian).array();
    }
}
