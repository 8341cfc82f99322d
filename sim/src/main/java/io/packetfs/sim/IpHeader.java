package io.packetfs.sim;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** The few fields of an IPv4 or IPv6 packet that a wire may touch. The packet starts where the segment starts. */
final class IpHeader {
    private static final ValueLayout.OfShort WORD = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private static final int VERSION_6 = 6;
    private static final int BYTES_6 = 40;
    private static final long CHECKSUM_4 = 10;

    /** The ECN field is the end of the second byte in IPv4, and lies four bits higher in IPv6. */
    private static final int ECN_SHIFT_6 = 4;

    private static final int ECN_MASK = 3;

    /** The smallest transport header, that of UDP; a TCP header has its ports and its sequence number there. */
    private static final int TRANSPORT_BYTES = 8;

    private IpHeader() {}

    static int ecn(MemorySegment packet) {
        return packet.get(WORD, 0) >>> ecnShift(packet) & ECN_MASK;
    }

    /** Sets the ECN field and keeps the header checksum right. */
    static void ecn(MemorySegment packet, int ecn) {
        int shift = ecnShift(packet);
        int before = Short.toUnsignedInt(packet.get(WORD, 0));
        int after = (before & ~(ECN_MASK << shift)) | (ecn << shift);
        packet.set(WORD, 0, (short) after);
        if (version(packet) != VERSION_6) {
            packet.set(WORD, CHECKSUM_4, (short) updated(packet.get(WORD, CHECKSUM_4), before, after));
        }
    }

    /** Where damage may begin so that the packet still finds its way to the flow that it hurts: behind the ports, if it is that long. */
    static int damageFrom(MemorySegment packet, int length) {
        int headerBytes =
                version(packet) == VERSION_6 ? BYTES_6 : (packet.get(ValueLayout.JAVA_BYTE, 0) & 0xF) * Integer.BYTES;
        return Math.min(headerBytes + TRANSPORT_BYTES, length - 1);
    }

    private static int version(MemorySegment packet) {
        return packet.get(ValueLayout.JAVA_BYTE, 0) >>> 4 & 0xF;
    }

    private static int ecnShift(MemorySegment packet) {
        return version(packet) == VERSION_6 ? ECN_SHIFT_6 : 0;
    }

    /** The checksum after one word of the header has changed: RFC 1624, equation 3. */
    private static int updated(short checksum, int before, int after) {
        int sum = (~checksum & 0xFFFF) + (~before & 0xFFFF) + after;
        sum = (sum & 0xFFFF) + (sum >>> 16);
        sum = (sum & 0xFFFF) + (sum >>> 16);
        return ~sum;
    }
}
