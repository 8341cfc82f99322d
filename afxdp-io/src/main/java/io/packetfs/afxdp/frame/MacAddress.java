package io.packetfs.afxdp.frame;

import java.util.HexFormat;

/**
 * The address of an interface on an Ethernet.
 *
 * @param bits 48 bits, the first byte on the wire highest
 */
public record MacAddress(long bits) {
    public static final int BYTES = 6;

    public static final MacAddress BROADCAST = new MacAddress(0xFFFF_FFFF_FFFFL);

    public MacAddress {
        if (bits >>> 48 != 0) {
            throw new IllegalArgumentException("a MAC address of more than 48 bits: " + Long.toHexString(bits));
        }
    }

    /** As people write it, such as {@code 02:00:5e:10:00:01}. */
    @Override
    public String toString() {
        byte[] bytes = new byte[BYTES];
        for (int i = 0; i < BYTES; i++) {
            bytes[i] = (byte) (bits >>> (Byte.SIZE * (BYTES - 1 - i)));
        }
        return HexFormat.ofDelimiter(":").formatHex(bytes);
    }
}
