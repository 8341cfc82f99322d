package io.packetfs.sim;

import java.util.function.IntFunction;

/**
 * What a link in real time holds until it is due, and the memory for it. It grows to what was under way at the busiest moment, with a
 * limit in bytes. For one thread.
 *
 * <p>Order of calls for a datagram: {@link #take} or {@link #copyOf}, {@link #hold}, {@link #pollDue}, {@link #end}.
 */
final class UnderWay<T extends LiveDatagram> {
    private final EventHeap<T> heap = new EventHeap<>();
    private final BufferPool<T> pool;
    private final long bytesMax;
    private long bytes;

    /**
     * Nothing is under way at first.
     *
     * @param maker makes memory of the capacity it is given, bytes
     * @param bytesMax more than this is dropped as {@link LinkEvent#OVERRUN}
     */
    UnderWay(IntFunction<T> maker, long bytesMax) {
        pool = new BufferPool<>(maker);
        this.bytesMax = bytesMax;
    }

    /** Memory for {@code length} bytes, to be filled. */
    T take(LiveDirection direction, int length) {
        T datagram = pool.take(length);
        datagram.direction = direction;
        return datagram;
    }

    /** The same bytes in the same direction. */
    T copyOf(T datagram) {
        T copy = take(datagram.direction, datagram.length);
        System.arraycopy(datagram.array, 0, copy.array, 0, datagram.length);
        return copy;
    }

    /** Keeps a datagram until it is due, or ends it if there is no room. */
    void hold(T datagram, long untilNs) {
        if (bytes + datagram.length > bytesMax) {
            end(datagram, LinkEvent.OVERRUN);
        } else {
            bytes += datagram.length;
            heap.push(untilNs, datagram);
        }
    }

    /** When the first is due; {@link Long#MAX_VALUE} when there is none. */
    long nextNs() {
        return heap.nextNs();
    }

    /** The first that is due, or null; it is under way no longer. */
    T pollDue(long nowNs) {
        if (heap.isEmpty() || heap.nextNs() > nowNs) {
            return null;
        }
        T datagram = heap.poll();
        bytes -= datagram.length;
        return datagram;
    }

    /** Counts how it ended, and takes its memory back. */
    void end(T datagram, LinkEvent event) {
        datagram.direction.counters().count(event, datagram.length);
        pool.give(datagram);
    }
}
