package io.packetfs.protocol;

import java.io.ByteArrayOutputStream;

/**
 * Crockford's base-32: five bits a character, highest first, in an alphabet without the letters that look like others (spec: TKT-2).
 * Readers take either case, and {@code o} for 0, {@code i} and {@code l} for 1.
 */
final class CrockfordBase32 {
    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final int BITS = 5;

    private CrockfordBase32() {}

    static String encode(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        int pending = 0;
        int pendingBits = 0;
        for (byte b : bytes) {
            pending = (pending << Byte.SIZE) | Byte.toUnsignedInt(b);
            pendingBits += Byte.SIZE;
            while (pendingBits >= BITS) {
                pendingBits -= BITS;
                text.append(ALPHABET.charAt((pending >>> pendingBits) & 0x1f));
            }
            pending &= (1 << pendingBits) - 1;
        }
        if (pendingBits > 0) {
            text.append(ALPHABET.charAt(pending << (BITS - pendingBits)));
        }
        return text.toString();
    }

    /** What a character stands for, or -1. */
    static int valueOf(char c) {
        char lower = c >= 'A' && c <= 'Z' ? (char) (c - 'A' + 'a') : c;
        return switch (lower) {
            case 'o' -> 0;
            case 'i', 'l' -> 1;
            default -> ALPHABET.indexOf(lower);
        };
    }

    /**
     * The bytes in a text of characters that all have a value, or null when the text is of a length that no bytes have, or bits that
     * only fill the last character are set.
     */
    static byte[] decode(CharSequence text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int pending = 0;
        int pendingBits = 0;
        for (int i = 0; i < text.length(); i++) {
            pending = (pending << BITS) | valueOf(text.charAt(i));
            pendingBits += BITS;
            if (pendingBits >= Byte.SIZE) {
                pendingBits -= Byte.SIZE;
                bytes.write(pending >>> pendingBits);
                pending &= (1 << pendingBits) - 1;
            }
        }
        return pendingBits < BITS && pending == 0 ? bytes.toByteArray() : null;
    }
}
