package io.packetfs.sim;

import java.lang.foreign.MemorySegment;

/** Packet memory that is used again and again. Owned by whoever took it from its {@link BufferPool}, until it is given back. */
abstract class PooledBuffer {
    final byte[] array;
    final MemorySegment memory;
    int length;

    PooledBuffer(int capacityBytes) {
        array = new byte[capacityBytes];
        memory = MemorySegment.ofArray(array);
    }
}
