package io.packetfs.sim;

import java.util.Arrays;

/**
 * A binary heap of things due at a time. Items of the same time come out in the order in which they went in, so that a run replays.
 * Keys are primitive: nothing is allocated per item once the heap has grown to its working size.
 */
final class EventHeap<T> {
    private static final int CAPACITY_INITIAL = 64;

    private long[] timesNs = new long[CAPACITY_INITIAL];
    private long[] sequences = new long[CAPACITY_INITIAL];
    private Object[] items = new Object[CAPACITY_INITIAL];
    private long nextSequence;
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** When the first item is due; {@link Long#MAX_VALUE} when there is none. */
    long nextNs() {
        return size == 0 ? Long.MAX_VALUE : timesNs[0];
    }

    void push(long timeNs, T item) {
        if (size == items.length) {
            grow();
        }
        long sequence = nextSequence++;
        int i = size++;
        while (i > 0) {
            int parent = (i - 1) >>> 1;
            if (!isBefore(timeNs, sequence, parent)) {
                break;
            }
            move(parent, i);
            i = parent;
        }
        put(i, timeNs, sequence, item);
    }

    /** Takes the first item out; the heap is not empty. */
    @SuppressWarnings("unchecked") // only push puts items in
    T poll() {
        assert size > 0 : "poll of an empty heap";
        T first = (T) items[0];
        int last = --size;
        long timeNs = timesNs[last];
        long sequence = sequences[last];
        Object item = items[last];
        items[last] = null;
        if (last > 0) {
            sink(timeNs, sequence, item);
        }
        return first;
    }

    private void sink(long timeNs, long sequence, Object item) {
        int i = 0;
        while (true) {
            int child = 2 * i + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && isBefore(timesNs[child + 1], sequences[child + 1], child)) {
                child++;
            }
            if (isBefore(timeNs, sequence, child)) {
                break;
            }
            move(child, i);
            i = child;
        }
        put(i, timeNs, sequence, item);
    }

    private boolean isBefore(long timeNs, long sequence, int other) {
        return timeNs != timesNs[other] ? timeNs < timesNs[other] : sequence < sequences[other];
    }

    private void move(int from, int to) {
        put(to, timesNs[from], sequences[from], items[from]);
    }

    private void put(int i, long timeNs, long sequence, Object item) {
        timesNs[i] = timeNs;
        sequences[i] = sequence;
        items[i] = item;
    }

    private void grow() {
        int capacity = Math.multiplyExact(items.length, 2);
        timesNs = Arrays.copyOf(timesNs, capacity);
        sequences = Arrays.copyOf(sequences, capacity);
        items = Arrays.copyOf(items, capacity);
    }
}
