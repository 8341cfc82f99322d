package io.packetfs.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** Writes one request of netlink(7): a header, a fixed part, attributes. Numbers are of the machine's own byte order. */
final class NetlinkMessage {
    static final int HEADER_BYTES = 16;
    static final long LENGTH = 0;
    static final long TYPE = 4;
    static final long FLAGS = 6;
    static final long SEQUENCE = 8;

    static final short NLM_F_REQUEST = 1;
    static final short NLM_F_ACK = 4;
    static final short NLM_F_REPLACE = 0x100;
    static final short NLM_F_DUMP = 0x300;
    static final short NLM_F_CREATE = 0x400;

    static final int ATTRIBUTE_HEADER_BYTES = 4;

    private final MemorySegment memory;
    private final long fixedPart = HEADER_BYTES;
    private long length;

    /** Begins a request in {@code memory}, aligned to 4, whose fixed part is zero at first. */
    NetlinkMessage(MemorySegment memory, int type, int flags, int sequence, int fixedBytes) {
        this.memory = memory;
        length = align(HEADER_BYTES + fixedBytes);
        memory.asSlice(0, length).fill((byte) 0);
        memory.set(JAVA_SHORT, TYPE, (short) type);
        memory.set(JAVA_SHORT, FLAGS, (short) (NLM_F_REQUEST | flags));
        memory.set(JAVA_INT, SEQUENCE, sequence);
    }

    NetlinkMessage setByte(int offset, int value) {
        memory.set(JAVA_BYTE, fixedPart + offset, (byte) value);
        return this;
    }

    NetlinkMessage setInt(int offset, int value) {
        memory.set(JAVA_INT, fixedPart + offset, value);
        return this;
    }

    NetlinkMessage attribute(int type, byte[] value) {
        memory.asSlice(length, align(ATTRIBUTE_HEADER_BYTES + value.length)).fill((byte) 0);
        memory.set(JAVA_SHORT, length, (short) (ATTRIBUTE_HEADER_BYTES + value.length));
        memory.set(JAVA_SHORT, length + Short.BYTES, (short) type);
        MemorySegment.copy(value, 0, memory, JAVA_BYTE, length + ATTRIBUTE_HEADER_BYTES, value.length);
        length += align(ATTRIBUTE_HEADER_BYTES + value.length);
        return this;
    }

    NetlinkMessage attribute(int type, String value) {
        return attribute(type, (value + '\0').getBytes(StandardCharsets.UTF_8));
    }

    /** Sets the length in the header; returns it. */
    int end() {
        memory.set(JAVA_INT, LENGTH, (int) length);
        return (int) length;
    }

    static long align(long bytes) {
        return (bytes + 3) & ~3;
    }
}
