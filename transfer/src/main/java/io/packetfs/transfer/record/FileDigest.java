package io.packetfs.transfer.record;

import java.util.HexFormat;

/**
 * The digests of one file.
 *
 * @param sha256 in hexadecimal; empty when it was not asked for
 */
public record FileDigest(int crc32c, String sha256) {
    public static final int SHA256_BYTES = 32;

    public FileDigest {
        if (!sha256.isEmpty() && sha256.length() != 2 * SHA256_BYTES) {
            throw new IllegalArgumentException("SHA-256 of " + sha256.length() + " digits");
        }
    }

    public static FileDigest ofCrc32c(int crc32c) {
        return new FileDigest(crc32c, "");
    }

    public boolean hasSha256() {
        return !sha256.isEmpty();
    }

    /** For reports: {@code sha256:} or {@code crc32c:} and the digest in hexadecimal. */
    public String text() {
        return hasSha256() ? "sha256:" + sha256 : "crc32c:" + HexFormat.of().toHexDigits(crc32c);
    }

    /** The bytes of the SHA-256, or none. */
    byte[] sha256Bytes() {
        return HexFormat.of().parseHex(sha256);
    }
}
