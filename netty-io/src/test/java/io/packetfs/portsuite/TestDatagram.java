package io.packetfs.portsuite;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Datagrams that tell their number and length, so that they can be told apart and found again in a merged buffer. Those of 16 bytes and
 * more look like packets of an INITIAL (spec: HDR), for carriers that look at headers.
 */
final class TestDatagram {
    static final int HEADER_BYTES = 8;

    private static final byte TYPE_INITIAL = 0x11;
    private static final int PACKET_HEADER_BYTES = 16;
    private static final int PAYLOAD_BYTES_MAX = 65_507 - PACKET_HEADER_BYTES;

    private TestDatagram() {}

    /** A datagram of {@code length} bytes, at least {@link #HEADER_BYTES}, whose every byte behind those depends on its number. */
    static byte[] of(int number, int length) {
        final byte[] bytes = new byte[length];
        final ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        // what is shorter than a packet's header has a payload length below zero
        buffer.put(TYPE_INITIAL)
                .put((byte) 0)
                .putShort((short) (length - PACKET_HEADER_BYTES))
                .putInt(number);
        while (buffer.hasRemaining()) {
            buffer.put((byte) (number * 31 + buffer.position()));
        }
        return bytes;
    }

    /** The length that the datagram at {@code offset} says it has. */
    static int length(byte[] buffer, int offset) {
        final short payload =
                ByteBuffer.wrap(buffer).order(ByteOrder.LITTLE_ENDIAN).getShort(offset + Short.BYTES);
        final int unsigned = Short.toUnsignedInt(payload);
        return PACKET_HEADER_BYTES + (unsigned <= PAYLOAD_BYTES_MAX ? unsigned : payload);
    }

    /** Numbers from {@code first} on, all of one length. */
    static byte[][] run(int first, int count, int length) {
        final byte[][] run = new byte[count][];
        Arrays.setAll(run, i -> of(first + i, length));
        return run;
    }
}
