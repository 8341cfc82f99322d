package io.packetfs.blob;

import java.util.Objects;
import java.util.zip.CRC32C;

/** CRC-32C (Castagnoli) of ranges of blobs, and of ranges laid one behind the other. */
public final class Crc32c {
    private static final int PIECE_BYTES_MAX = 1 << 30;

    /** The polynomial with the coefficient of x^0 in the highest bit, as CRC-32C is computed. */
    private static final int POLYNOMIAL = 0x82F63B78;

    private static final int ONE = 1 << 31;

    /** {@code POWERS[k]} is x to the power of 2^k; long enough for the bits of any length in bytes. */
    private static final int[] POWERS = powers();

    private Crc32c() {}

    /** The checksum of {@code length} bytes from {@code offset}. */
    public static int of(BlobSource source, long offset, long length) {
        Objects.checkFromIndexSize(offset, length, source.sizeBytes());
        CRC32C digest = new CRC32C();
        for (long done = 0; done < length; ) {
            int piece = (int) Math.min(PIECE_BYTES_MAX, length - done);
            source.updateDigest(digest, offset + done, piece);
            done += piece;
        }
        return (int) digest.getValue();
    }

    /**
     * The checksum of two ranges laid end to end, from those of each.
     *
     * @param lengthB the length in bytes of the second range
     */
    public static int combine(int crcA, int crcB, long lengthB) {
        if (lengthB < 0) {
            throw new IllegalArgumentException("length " + lengthB);
        }
        // Behind A, as many zeros as B has bytes multiply A's remainder by x^(8 * lengthB); the initial and final
        // inversions cancel out, so that B's own checksum can be added.
        int shift = ONE;
        for (int k = 0; lengthB >>> k != 0; k++) {
            if ((lengthB >>> k & 1) == 1) {
                shift = multiply(shift, POWERS[k + 3]);
            }
        }
        return multiply(shift, crcA) ^ crcB;
    }

    private static int[] powers() {
        int[] powers = new int[Long.SIZE + 3];
        powers[0] = ONE >>> 1;
        for (int k = 1; k < powers.length; k++) {
            powers[k] = multiply(powers[k - 1], powers[k - 1]);
        }
        return powers;
    }

    /** The product of two polynomials over GF(2), modulo the checksum's. */
    private static int multiply(int a, int b) {
        int product = 0;
        int shifted = b;
        for (int bit = Integer.SIZE - 1; bit >= 0; bit--) {
            product ^= shifted & -(a >>> bit & 1);
            shifted = (shifted >>> 1) ^ (POLYNOMIAL & -(shifted & 1));
        }
        return product;
    }
}
