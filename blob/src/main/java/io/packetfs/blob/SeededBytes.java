package io.packetfs.blob;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The bytes that a seed stands for (spec: BLB-7): SplitMix64 by position, so that any range is made without what is before it, and is the
 * same on every machine. No state; any thread may call.
 */
public final class SeededBytes {
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long GAMMA = 0x9E37_79B9_7F4A_7C15L;
    private static final long PIECE_BYTES = 4 << 20;

    /** Inner loops of this many bytes: their counter is an int, which the JIT compiler handles best. */
    private static final int BLOCK_BYTES = 1 << 16;

    private SeededBytes() {}

    /** The 8 bytes from {@code 8 * index}, as a little-endian number. */
    public static long word(long seed, long index) {
        return mix(seed + (index + 1) * GAMMA);
    }

    /** The byte at an offset. */
    public static byte byteAt(long seed, long offset) {
        return (byte) (word(seed, offset >>> 3) >>> ((offset & 7) << 3));
    }

    /** Fills all of {@code target} with the bytes from {@code offset} on. */
    public static void fill(MemorySegment target, long offset, long seed) {
        long size = target.byteSize();
        long at = 0;
        while (at < size && (offset + at & 7) != 0) {
            target.set(ValueLayout.JAVA_BYTE, at, byteAt(seed, offset + at));
            at++;
        }
        while (size - at >= Long.BYTES) {
            int block = (int) Math.min(BLOCK_BYTES, (size - at) & -Long.BYTES);
            fillWords(target, at, block, seed + ((offset + at) >>> 3) * GAMMA);
            at += block;
        }
        for (; at < size; at++) {
            target.set(ValueLayout.JAVA_BYTE, at, byteAt(seed, offset + at));
        }
    }

    /** As {@link #fill(MemorySegment, long, long)} from offset 0, by several threads. */
    public static void fill(MemorySegment target, long seed, int threads) {
        ParallelRanges.run(
                target.byteSize(),
                PIECE_BYTES,
                threads,
                (offset, length) -> fill(target.asSlice(offset, length), offset, seed));
    }

    /** Where {@code memory} first differs from the bytes from {@code offset} on; -1 if nowhere. */
    public static long mismatch(MemorySegment memory, long offset, long seed) {
        MemorySegment expected = MemorySegment.ofArray(new byte[(int) Math.min(BLOCK_BYTES, memory.byteSize())]);
        for (long at = 0; at < memory.byteSize(); at += BLOCK_BYTES) {
            long length = Math.min(BLOCK_BYTES, memory.byteSize() - at);
            fill(expected.asSlice(0, length), offset + at, seed);
            long differs = MemorySegment.mismatch(memory, at, at + length, expected, 0, length);
            if (differs >= 0) {
                return at + differs;
            }
        }
        return -1;
    }

    private static void fillWords(MemorySegment target, long start, int bytes, long counterBefore) {
        long counter = counterBefore;
        for (int i = 0; i < bytes; i += Long.BYTES) {
            counter += GAMMA;
            target.set(WORD, start + i, mix(counter));
        }
    }

    private static long mix(long counter) {
        long z = (counter ^ (counter >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return z ^ (z >>> 31);
    }
}
