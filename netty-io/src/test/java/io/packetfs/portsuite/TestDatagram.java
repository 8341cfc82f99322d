package io.packetfs.portsuite;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Datagrams that tell their number and length, so that they can be told apart and found again in a merged buffer. */
final class TestDatagram {
    static final int HEADER_BYTES = 8;

    private TestDatagram() {}

    /** A datagram of {@code length} bytes, at least {@link #HEADER_BYTES}, whose every byte depends on its number. */
    static byte[] of(int number, int length) {
        final byte[] bytes = new byte[length];
        final ByteBuffer buffer = ByteBuffer.wrap(bytes).putInt(number).putInt(length);
        while (buffer.hasRemaining()) {
            buffer.put((byte) (number * 31 + buffer.position()));
        }
        return bytes;
    }

    /** The length that the datagram at {@code offset} says it has. */
    static int length(byte[] buffer, int offset) {
        return ByteBuffer.wrap(buffer).getInt(offset + Integer.BYTES);
    }

    /** Numbers from {@code first} on, all of one length. */
    static byte[][] run(int first, int count, int length) {
        final byte[][] run = new byte[count][];
        Arrays.setAll(run, i -> of(first + i, length));
        return run;
    }
}
