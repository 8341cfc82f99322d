package io.packetfs.endpoint;

/** Something with a deadline that a {@link DeadlineHeap} keeps. */
abstract class Timed {
    /** No deadline. */
    static final long NEVER = Long.MAX_VALUE;

    /** Place in the heap; -1 when not in it. For the heap alone. */
    int heapIndex = -1;

    /** The key under which it stands in the heap, in nanoseconds. For the heap alone. */
    long heapDeadlineNs;
}
