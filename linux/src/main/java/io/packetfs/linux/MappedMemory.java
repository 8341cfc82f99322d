package io.packetfs.linux;

import java.lang.foreign.MemorySegment;

/** Memory mapped into this process. Any thread may use it; accesses after {@link #close} throw {@link IllegalStateException}. */
public interface MappedMemory extends AutoCloseable {
    /** The memory, with its bounds; it starts on a page border. */
    MemorySegment memory();

    /** Unmaps. Idempotent. */
    @Override
    void close();
}
