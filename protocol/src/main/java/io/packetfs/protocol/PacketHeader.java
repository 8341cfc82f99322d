package io.packetfs.protocol;

import java.lang.foreign.MemorySegment;

/**
 * The 16 bytes that start every datagram (spec: HDR). Fields are read as they are: {@link #version}, {@link #type} and the lengths are
 * checked by whoever admits a datagram, before anything else of it is believed.
 */
public final class PacketHeader {
    public static final int BYTES = 16;

    public static final int VERSION = 1;

    public static final int TYPE_INITIAL = 1;
    public static final int TYPE_REPLY = 2;
    public static final int TYPE_PROTECTED = 3;

    /** In INITIAL and REPLY: the bits that name the cipher suite (spec: HDR-5). */
    public static final int FLAGS_SUITE_MASK = 0x03;

    /** In INITIAL and REPLY: packets are check-summed, not sealed (spec: HDR-5). */
    public static final int FLAG_CHECKSUMMED = 0x04;

    /** Packet numbers end below this (spec: HDR-6). */
    public static final long PACKET_NUMBER_END = Wire.NUMBER_END;

    /** The most bytes that may follow the header: what UDP over IPv4 carries, less the header (spec: HDR-7). */
    public static final int PAYLOAD_BYTES_MAX = 65_507 - BYTES;

    private static final int VERSION_TYPE_OFFSET = 0;
    private static final int FLAGS_OFFSET = 1;
    private static final int PAYLOAD_LENGTH_OFFSET = 2;
    private static final int CONNECTION_ID_OFFSET = 4;
    private static final int PACKET_NUMBER_OFFSET = 8;

    private PacketHeader() {}

    /** Writes a whole header; {@code payloadLength} counts all that follows it, the tag included. */
    public static void write(
            MemorySegment segment,
            long offset,
            int type,
            int flags,
            int payloadLength,
            int connectionId,
            long packetNumber) {
        assert type >= TYPE_INITIAL && type <= TYPE_PROTECTED : type;
        assert payloadLength >= 0 && payloadLength <= PAYLOAD_BYTES_MAX : payloadLength;
        assert Wire.isNumber(packetNumber) : packetNumber;
        Wire.putU8(segment, offset + VERSION_TYPE_OFFSET, (VERSION << 4) | type);
        Wire.putU8(segment, offset + FLAGS_OFFSET, flags);
        Wire.putU16(segment, offset + PAYLOAD_LENGTH_OFFSET, payloadLength);
        Wire.putU32(segment, offset + CONNECTION_ID_OFFSET, connectionId);
        Wire.putU64(segment, offset + PACKET_NUMBER_OFFSET, packetNumber);
    }

    public static int version(MemorySegment segment, long offset) {
        return Wire.u8(segment, offset + VERSION_TYPE_OFFSET) >>> 4;
    }

    public static int type(MemorySegment segment, long offset) {
        return Wire.u8(segment, offset + VERSION_TYPE_OFFSET) & 0x0f;
    }

    public static int flags(MemorySegment segment, long offset) {
        return Wire.u8(segment, offset + FLAGS_OFFSET);
    }

    /** Bytes after the header, the tag included: 0 to 65,535, whatever the datagram really holds. */
    public static int payloadLength(MemorySegment segment, long offset) {
        return Wire.u16(segment, offset + PAYLOAD_LENGTH_OFFSET);
    }

    public static int connectionId(MemorySegment segment, long offset) {
        return Wire.bits32(segment, offset + CONNECTION_ID_OFFSET);
    }

    /** As the wire has it: negative, or {@link #PACKET_NUMBER_END} and above, is to be discarded. */
    public static long packetNumber(MemorySegment segment, long offset) {
        return Wire.u64(segment, offset + PACKET_NUMBER_OFFSET);
    }
}
