package io.packetfs.blob;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * What a blob's bytes are known by (spec: BLB-5): nothing, the seed they were made from, or their SHA-256. Two blobs of one size and one
 * identity other than none hold the same bytes.
 *
 * @param hex 16 digits of a seed, 64 of a SHA-256, lower case; empty for none
 */
public record BlobIdentity(Kind kind, String hex) {
    /** The ways to know them. */
    public enum Kind {
        NONE(0),
        SEED(16),
        SHA256(64);

        private final int digits;

        Kind(int digits) {
            this.digits = digits;
        }
    }

    private static final Pattern HEX = Pattern.compile("[0-9a-f]*");

    public static final BlobIdentity NONE = new BlobIdentity(Kind.NONE, "");

    /**
     * Checks what it is made of.
     *
     * @throws IllegalArgumentException if the digits do not fit the kind
     */
    public BlobIdentity {
        if (hex.length() != kind.digits || !HEX.matcher(hex).matches()) {
            throw new IllegalArgumentException("'" + hex + "' is no identity of the kind " + kind);
        }
    }

    public static BlobIdentity ofSeed(long seed) {
        return new BlobIdentity(Kind.SEED, HexFormat.of().toHexDigits(seed));
    }

    public static BlobIdentity ofSha256(byte[] digest) {
        return new BlobIdentity(Kind.SHA256, HexFormat.of().formatHex(digest));
    }

    /**
     * The identity that a text such as {@code seed:000000000000002a}, {@code sha256:...} or {@code none} names.
     *
     * @throws IllegalArgumentException with a sentence
     */
    public static BlobIdentity parse(String text) {
        if (text.equals("none")) {
            return NONE;
        }
        int colon = text.indexOf(':');
        String kind = colon < 0 ? "" : text.substring(0, colon);
        String digits = text.substring(colon + 1);
        return switch (kind) {
            case "seed" -> new BlobIdentity(Kind.SEED, digits);
            case "sha256" -> new BlobIdentity(Kind.SHA256, digits);
            default -> throw new IllegalArgumentException("'" + text + "' is neither none, seed:HEX nor sha256:HEX");
        };
    }

    /**
     * One number of 64 bits for a blob of this size and identity, by which both sides of a connection agree on it (spec: BLB-9).
     *
     * @return not 0 if there is an identity; 0 if there is none
     */
    public long number(long sizeBytes) {
        if (kind == Kind.NONE) {
            return 0;
        }
        byte[] text = (this + "/" + sizeBytes).getBytes(StandardCharsets.US_ASCII);
        long number = ByteBuffer.wrap(Sha256.newDigest().digest(text)).getLong();
        return number == 0 ? 1 : number;
    }

    static BlobIdentity of(Kind kind, byte[] bytes) {
        return new BlobIdentity(kind, HexFormat.of().formatHex(bytes));
    }

    static int digits(Kind kind) {
        return kind.digits;
    }

    /** The seed; only of the kind {@link Kind#SEED}. */
    public long seed() {
        return HexFormat.fromHexDigitsToLong(hex);
    }

    byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    @Override
    public String toString() {
        return switch (kind) {
            case NONE -> "none";
            case SEED -> "seed:" + hex;
            case SHA256 -> "sha256:" + hex;
        };
    }
}
