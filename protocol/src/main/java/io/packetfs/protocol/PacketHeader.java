package io.packetfs.protocol;

/**
 * The 16 bytes that start every datagram (spec: HDR). Fields are read as they are: {@link #version}, {@link #type} and the lengths are
 * checked by whoever admits a datagram, before anything else of it is believed.
 */
public final class PacketHeader {
    public static final int BYTES = 16;

    public static final int VERSION = 1;

    /** The bits of byte 0 that hold the type. */
    public static final int TYPE_MASK = 0x0f;

    public static final int TYPE_INITIAL = 1;
    public static final int TYPE_REPLY = 2;
    public static final int TYPE_PROTECTED = 3;

    /** In INITIAL and REPLY: the bits that name the cipher suite (spec: HDR-5). */
    public static final int FLAGS_SUITE_MASK = 0x03;

    /** In INITIAL and REPLY: packets are check-summed, not sealed (spec: HDR-5). */
    public static final int FLAG_CHECKSUMMED = 0x04;

    /** Packet numbers end below this (spec: HDR-6). */
    public static final long PACKET_NUMBER_END = Wire.NUMBER_END;

    /** A packet's number divided by this, rounded down, is the generation of its key (spec: PRT-2). */
    public static final int NUMBERS_PER_KEY = 1 << 22;

    /** The most bytes that may follow the header: what UDP over IPv4 carries, less the header (spec: HDR-7). */
    public static final int PAYLOAD_BYTES_MAX = 65_507 - BYTES;

    // version and type u8, flags u8, payload length u16, connection id u32: one word
    private static final int FLAGS_SHIFT = 8;
    private static final int PAYLOAD_LENGTH_SHIFT = 16;
    private static final int CONNECTION_ID_SHIFT = 32;

    private static final int PACKET_NUMBER_OFFSET = 8;

    private PacketHeader() {}

    /** Writes a whole header; {@code payloadLength} counts all that follows it, the tag included. */
    public static void write(
            byte[] array, int offset, int type, int flags, int payloadLength, int connectionId, long packetNumber) {
        assert type >= TYPE_INITIAL && type <= TYPE_PROTECTED : type;
        assert payloadLength >= 0 && payloadLength <= PAYLOAD_BYTES_MAX : payloadLength;
        assert Wire.isNumber(packetNumber) : packetNumber;
        int low = VERSION << 4 | type | flags << FLAGS_SHIFT | payloadLength << PAYLOAD_LENGTH_SHIFT;
        Wire.putU64(array, offset, Integer.toUnsignedLong(low) | (long) connectionId << CONNECTION_ID_SHIFT);
        Wire.putU64(array, offset + PACKET_NUMBER_OFFSET, packetNumber);
    }

    /** The first eight bytes, from which the fields but the packet number are taken. */
    public static long fields(byte[] array, int offset) {
        return Wire.u64(array, offset);
    }

    public static int version(long fields) {
        return (int) fields >>> 4 & 0x0f;
    }

    public static int type(long fields) {
        return (int) fields & TYPE_MASK;
    }

    public static int flags(long fields) {
        return (int) fields >>> FLAGS_SHIFT & 0xff;
    }

    /** Bytes after the header, the tag included: 0 to 65,535, whatever the datagram really holds. */
    public static int payloadLength(long fields) {
        return (int) fields >>> PAYLOAD_LENGTH_SHIFT;
    }

    public static int connectionId(long fields) {
        return (int) (fields >>> CONNECTION_ID_SHIFT);
    }

    /** As the wire has it: negative, or {@link #PACKET_NUMBER_END} and above, is to be discarded. */
    public static long packetNumber(byte[] array, int offset) {
        return Wire.u64(array, offset + PACKET_NUMBER_OFFSET);
    }
}
