package io.packetfs.pcpu;

import java.lang.foreign.MemorySegment;

/** A generated loop: elementwise operations fused into one pass. Has no state of its own; any thread may call. */
interface Loop {
    /** No more bytes in one pass: sums within words would run over. */
    int PASS_BYTES_MAX = 1 << 17;

    /**
     * Works on some bytes in a row.
     *
     * @param bytes 0 to {@link #PASS_BYTES_MAX}
     * @param immediates one for each operation of the whole program
     * @param state the whole program's counters
     */
    void pass(MemorySegment memory, long offset, int bytes, long[] immediates, long[] state);

    /** Works on the descriptors from {@code from} to before {@code to}, whatever their lengths. */
    void run(MemorySegment memory, long[] offsets, int[] lengths, int from, int to, long[] immediates, long[] state);
}
