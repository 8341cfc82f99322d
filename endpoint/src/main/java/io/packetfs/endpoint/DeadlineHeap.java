package io.packetfs.endpoint;

import java.util.Arrays;

/**
 * The connections' deadlines, the earliest first: a binary heap whose entries know their place, so that moving one deadline costs the
 * logarithm of the number of connections. Deadlines compare by subtraction.
 */
final class DeadlineHeap {
    private static final int CAPACITY_INITIAL = 16;

    private Timed[] heap = new Timed[CAPACITY_INITIAL];
    private int size;

    /** Sets an entry's deadline; {@link Timed#NEVER} takes it out. */
    void schedule(Timed entry, long deadlineNs) {
        if (deadlineNs == Timed.NEVER) {
            remove(entry);
            return;
        }
        entry.heapDeadlineNs = deadlineNs;
        if (entry.heapIndex < 0) {
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, size * 2);
            }
            place(entry, size++);
        }
        siftUp(entry.heapIndex);
        siftDown(entry.heapIndex);
    }

    void remove(Timed entry) {
        int index = entry.heapIndex;
        if (index < 0) {
            return;
        }
        entry.heapIndex = -1;
        Timed last = heap[--size];
        heap[size] = null;
        if (index != size) {
            place(last, index);
            siftUp(index);
            siftDown(last.heapIndex);
        }
    }

    /** The earliest deadline, or {@link Timed#NEVER}. */
    long earliestNs() {
        return size == 0 ? Timed.NEVER : heap[0].heapDeadlineNs;
    }

    /** Takes out an entry whose deadline has come; null if there is none. */
    Timed pollDue(long nowNs) {
        if (size == 0 || heap[0].heapDeadlineNs - nowNs > 0) {
            return null;
        }
        Timed due = heap[0];
        remove(due);
        return due;
    }

    private void siftUp(int index) {
        int child = index;
        while (child > 0 && isBefore(heap[child], heap[(child - 1) / 2])) {
            swap(child, (child - 1) / 2);
            child = (child - 1) / 2;
        }
    }

    private void siftDown(int index) {
        int parent = index;
        while (true) {
            int child = 2 * parent + 1;
            if (child >= size) {
                return;
            }
            if (child + 1 < size && isBefore(heap[child + 1], heap[child])) {
                child++;
            }
            if (!isBefore(heap[child], heap[parent])) {
                return;
            }
            swap(child, parent);
            parent = child;
        }
    }

    private static boolean isBefore(Timed a, Timed b) {
        return a.heapDeadlineNs - b.heapDeadlineNs < 0;
    }

    private void swap(int a, int b) {
        Timed entry = heap[a];
        place(heap[b], a);
        place(entry, b);
    }

    private void place(Timed entry, int index) {
        heap[index] = entry;
        entry.heapIndex = index;
    }
}
