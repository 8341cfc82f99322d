package io.packetfs.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Where things lie in struct mmsghdr, struct iovec and struct cmsghdr; the same on x86-64 and aarch64. A struct mmsghdr is a struct
 * msghdr with a length behind it.
 */
final class MessageLayout {
    static final int HEADER_BYTES = 64;
    static final long NAME = 0;
    static final long NAME_BYTES = 8;
    static final long VECTORS = 16;
    static final long VECTOR_COUNT = 24;
    static final long CONTROL = 32;
    static final long CONTROL_BYTES = 40;
    static final long LENGTH = 56;

    static final int VECTOR_BYTES = 16;
    static final long VECTOR_BASE = 0;
    static final long VECTOR_LENGTH = 8;

    /** One control message with up to 8 bytes of data; {@link #KIND} is level and type, read as one number. */
    static final int CONTROL_SLOT_BYTES = 24;

    static final long CONTROL_LENGTH = 0;
    static final long KIND = 8;
    static final long DATA = 16;

    static final long KIND_TOS = kind(0, 1);
    static final long KIND_TCLASS = kind(41, 67);
    static final long KIND_SEGMENT = kind(17, 103);
    static final long KIND_GRO = kind(17, 104);

    /** Payloads begin with a cache line: the kernel copies unaligned ones more slowly. */
    private static final int PAYLOAD_ALIGNMENT = 64;

    private MessageLayout() {}

    /** The first place for a payload from {@code offset} on, in memory of {@link #newMemory}. */
    static long alignPayload(long offset) {
        return (offset + PAYLOAD_ALIGNMENT - 1) & -PAYLOAD_ALIGNMENT;
    }

    static MemorySegment newMemory(Arena arena, long bytes) {
        return arena.allocate(bytes, PAYLOAD_ALIGNMENT);
    }

    /** Both architectures are little-endian. */
    private static long kind(int level, int type) {
        return level | (long) type << Integer.SIZE;
    }
}
