package io.packetfs.protocol.handshake;

import io.packetfs.protocol.PacketHeader;
import io.packetfs.protocol.TransportParameters;
import io.packetfs.protocol.Wire;
import io.packetfs.protocol.crypto.Hkdf;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The layout of INITIAL and REPLY: header, length of the Noise message, the message, and in INITIAL zero bytes and a MAC (spec: HSK-2,
 * HSK-3).
 */
final class HandshakePacket {
    static final int INITIAL_BYTES_MIN = TransportParameters.DATAGRAM_BYTES_MIN;
    static final int INITIAL_BYTES_MAX = 1_472;
    static final int MAC_BYTES = 16;

    private static final int LENGTH_OFFSET = PacketHeader.BYTES;
    private static final int RESERVED_16_OFFSET = LENGTH_OFFSET + 2;
    private static final int RESERVED_32_OFFSET = LENGTH_OFFSET + 4;
    private static final int MESSAGE_OFFSET = LENGTH_OFFSET + 8;

    private HandshakePacket() {}

    /** An INITIAL of the smallest size. */
    static byte[] initial(int ticketId, int flags, byte[] message, byte[] macKey) {
        byte[] datagram = packet(PacketHeader.TYPE_INITIAL, INITIAL_BYTES_MIN, ticketId, flags, message);
        int covered = datagram.length - MAC_BYTES;
        System.arraycopy(mac(macKey, datagram, 0, covered), 0, datagram, covered, MAC_BYTES);
        return datagram;
    }

    static byte[] reply(int connectionId, int flags, byte[] message) {
        return packet(PacketHeader.TYPE_REPLY, MESSAGE_OFFSET + message.length, connectionId, flags, message);
    }

    private static byte[] packet(int type, int bytes, int connectionId, int flags, byte[] message) {
        byte[] datagram = new byte[bytes];
        PacketHeader.write(datagram, 0, type, flags, bytes - PacketHeader.BYTES, connectionId, 0);
        Wire.putU16(datagram, LENGTH_OFFSET, message.length);
        System.arraycopy(message, 0, datagram, MESSAGE_OFFSET, message.length);
        return datagram;
    }

    /**
     * The Noise message of an INITIAL for a ticket, or null when the datagram is not one that the ticket's holder made. The MAC stands
     * before all that costs more.
     */
    static byte[] messageOfInitial(byte[] array, int offset, int length, int ticketId, int flags, byte[] macKey) {
        int bytes = admit(array, offset, length, PacketHeader.TYPE_INITIAL, ticketId, flags);
        if (bytes < INITIAL_BYTES_MIN || bytes > INITIAL_BYTES_MAX) {
            return null;
        }
        int covered = bytes - MAC_BYTES;
        byte[] mac = Arrays.copyOfRange(array, offset + covered, offset + bytes);
        // spec: HSK-4
        if (!MessageDigest.isEqual(mac, mac(macKey, array, offset, covered))) {
            return null;
        }
        int end = messageEnd(array, offset);
        boolean filledWithZero = end >= 0 && end <= covered && isZero(array, offset + end, offset + covered);
        return filledWithZero ? Arrays.copyOfRange(array, offset + MESSAGE_OFFSET, offset + end) : null;
    }

    /** The Noise message of a REPLY to this connection, or null when the datagram has not the form of one. */
    static byte[] messageOfReply(byte[] array, int offset, int length, int connectionId, int flags) {
        int bytes = admit(array, offset, length, PacketHeader.TYPE_REPLY, connectionId, flags);
        if (bytes < MESSAGE_OFFSET || bytes > INITIAL_BYTES_MAX) {
            return null;
        }
        return messageEnd(array, offset) == bytes
                ? Arrays.copyOfRange(array, offset + MESSAGE_OFFSET, offset + bytes)
                : null;
    }

    /** Checks the header; returns the packet's length by its own account, or -1. */
    private static int admit(byte[] array, int offset, int length, int type, int connectionId, int flags) {
        if (length < PacketHeader.BYTES) {
            return -1;
        }
        long fields = PacketHeader.fields(array, offset);
        int bytes = PacketHeader.BYTES + PacketHeader.payloadLength(fields);
        boolean admitted = bytes <= length // spec: HDR-2
                && PacketHeader.version(fields) == PacketHeader.VERSION
                && PacketHeader.type(fields) == type
                && PacketHeader.flags(fields) == flags
                && PacketHeader.connectionId(fields) == connectionId
                && PacketHeader.packetNumber(array, offset) == 0; // spec: HDR-6
        return admitted ? bytes : -1;
    }

    /** Where the message ends, counted from the packet's start; -1 when a reserved field is set. */
    private static int messageEnd(byte[] array, int offset) {
        boolean reservedZero =
                Wire.u16(array, offset + RESERVED_16_OFFSET) == 0 && Wire.u32(array, offset + RESERVED_32_OFFSET) == 0;
        return reservedZero ? MESSAGE_OFFSET + Wire.u16(array, offset + LENGTH_OFFSET) : -1;
    }

    private static boolean isZero(byte[] array, int from, int to) {
        for (int i = from; i < to; i++) {
            if (array[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static byte[] mac(byte[] macKey, byte[] array, int offset, int length) {
        return Arrays.copyOf(Hkdf.hmac(macKey, array, offset, length), MAC_BYTES);
    }
}
