package io.packetfs.bench.loopback;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The datagram of a pump: its number, where its payload belongs, and the payload. All are of one size. */
final class PumpPacket {
    /** What fits an Ethernet frame over IPv4, as PFS-UDP has it. */
    static final int BYTES = 1_472;

    static final int SEQUENCE_OFFSET = 0;
    static final int PLACE_OFFSET = 8;
    static final int PAYLOAD_OFFSET = 16;
    static final int PAYLOAD_BYTES = BYTES - PAYLOAD_OFFSET;

    /** What a pump may have under way; it fits the socket buffer of every port here. */
    static final int WINDOW_PACKETS = (1 << 20) / BYTES;

    /** How many there are in a train. */
    static final int TRAIN_PACKETS = 44;

    /** Where payload lands, again and again. */
    static final int AREA_BYTES = 256 << 20;

    /** A datagram that says up to which number everything may be forgotten. */
    static final int CREDIT_BYTES = Long.BYTES;

    private static final int AREA_PACKETS = AREA_BYTES / PAYLOAD_BYTES;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    static {
        assert PLACE_OFFSET == SEQUENCE_OFFSET + Long.BYTES && PAYLOAD_OFFSET == PLACE_OFFSET + Long.BYTES;
        assert TRAIN_PACKETS * BYTES <= 65_507;
    }

    private PumpPacket() {}

    /** Where the payload of a packet belongs. */
    static long place(long sequence) {
        return sequence % AREA_PACKETS * PAYLOAD_BYTES;
    }

    static void putHeader(byte[] array, int offset, long sequence) {
        putSequence(array, offset, sequence);
        LONG.set(array, offset + PLACE_OFFSET, place(sequence));
    }

    /** The beginning of a packet, or a whole credit. */
    static void putSequence(byte[] array, int offset, long sequence) {
        LONG.set(array, offset + SEQUENCE_OFFSET, sequence);
    }

    static long sequence(byte[] array, int offset) {
        return (long) LONG.get(array, offset + SEQUENCE_OFFSET);
    }

    static long place(byte[] array, int offset) {
        return (long) LONG.get(array, offset + PLACE_OFFSET);
    }
}
