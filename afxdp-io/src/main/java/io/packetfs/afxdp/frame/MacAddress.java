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

    private static final long GROUP_BIT = 1L << 40;

    public MacAddress {
        if (bits >>> 48 != 0) {
            throw new IllegalArgumentException("a MAC address of more than 48 bits: " + Long.toHexString(bits));
        }
    }

    /**
     * An address in the order of the wire.
     *
     * @param bytes {@value #BYTES}
     */
    public static MacAddress of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a MAC address of " + bytes.length + " bytes");
        }
        long bits = 0;
        for (byte octet : bytes) {
            bits = bits << Byte.SIZE | Byte.toUnsignedLong(octet);
        }
        return new MacAddress(bits);
    }

    /** Whether it stands for one interface, and not for a group. */
    public boolean isUnicast() {
        return (bits & GROUP_BIT) == 0;
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
