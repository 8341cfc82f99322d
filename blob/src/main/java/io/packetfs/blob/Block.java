package io.packetfs.blob;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** A piece of staging memory that stands for one aligned block of an address space. */
class Block {
    static final int BYTES = 256 * 1024;
    static final long UNUSED = -1;

    private final MemorySegment memory;
    private final ByteBuffer buffer;

    private long index = UNUSED;
    private long lastUse;

    Block(Arena arena, int capacityBytes) {
        memory = arena.allocate(capacityBytes);
        buffer = memory.asByteBuffer();
    }

    static long indexOf(long offset) {
        return offset / BYTES;
    }

    /** The position of {@code offset} within its block. */
    static int positionOf(long offset) {
        return (int) (offset % BYTES);
    }

    /** The block's number in the address space, or {@link #UNUSED}. */
    long index() {
        return index;
    }

    void index(long newIndex) {
        index = newIndex;
    }

    long start() {
        return index * BYTES;
    }

    /** Whether it could be given up without work. */
    boolean isIdle() {
        return true;
    }

    long lastUse() {
        return lastUse;
    }

    void lastUse(long use) {
        lastUse = use;
    }

    void put(int position, byte[] source, int sourceOffset, int length) {
        MemorySegment.copy(source, sourceOffset, memory, ValueLayout.JAVA_BYTE, position, length);
    }

    void get(int position, byte[] target, int targetOffset, int length) {
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, position, target, targetOffset, length);
    }

    /** The one buffer over this memory, set to a range; valid until it is asked for again. */
    ByteBuffer bytes(int position, int length) {
        return buffer.clear().position(position).limit(position + length);
    }

    void updateDigest(CRC32C digest, int position, int length) {
        digest.update(bytes(position, length));
    }
}
