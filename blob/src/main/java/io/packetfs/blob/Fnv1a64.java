package io.packetfs.blob;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** FNV-1a of 64 bits (RFC 9923): one multiplication per byte, each waiting for the one before. */
public final class Fnv1a64 {
    public static final long OFFSET_BASIS = 0xCBF2_9CE4_8422_2325L;
    public static final long PRIME = 0x100_0000_01B3L;

    private Fnv1a64() {}

    /**
     * The hash after {@code length} more bytes from {@code offset}.
     *
     * @param hash that of what came before; {@link #OFFSET_BASIS} for nothing
     */
    public static long update(long hash, MemorySegment memory, long offset, long length) {
        long updated = hash;
        for (long i = 0; i < length; i++) {
            updated = (updated ^ (memory.get(ValueLayout.JAVA_BYTE, offset + i) & 0xff)) * PRIME;
        }
        return updated;
    }
}
