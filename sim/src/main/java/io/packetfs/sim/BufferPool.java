package io.packetfs.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Keeps packet buffers for re-use, by power of two of their capacity. It holds at most what was in use at the busiest moment. For one
 * thread.
 */
final class BufferPool<T extends PooledBuffer> {
    private static final int CLASS_BITS_MIN = 8;
    private static final int CLASS_BITS_MAX = 16;

    private final List<ArrayDeque<T>> free = new ArrayList<>();
    private final IntFunction<T> maker;

    /** A pool whose buffers are made by {@code maker}, which is given the capacity in bytes. */
    BufferPool(IntFunction<T> maker) {
        this.maker = maker;
        for (int bits = CLASS_BITS_MIN; bits <= CLASS_BITS_MAX; bits++) {
            free.add(new ArrayDeque<>());
        }
    }

    /** A buffer with room for {@code length} bytes, 0 to 65,536, and that length set; its content is what it was. */
    T take(int length) {
        int sizeClass = sizeClass(length);
        T buffer = free.get(sizeClass).pollLast();
        if (buffer == null) {
            buffer = maker.apply(1 << (sizeClass + CLASS_BITS_MIN));
        }
        buffer.length = length;
        return buffer;
    }

    void give(T buffer) {
        free.get(sizeClass(buffer.array.length)).addLast(buffer);
    }

    private static int sizeClass(int bytes) {
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(bytes - 1, 0));
        return Math.max(bits, CLASS_BITS_MIN) - CLASS_BITS_MIN;
    }
}
