package io.packetfs.afxdp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * The kernel's side of a ring over any memory, written after the comments of the kernel's xsk_queue.h: it keeps no index of its own, and
 * each entry is moved by itself.
 */
final class FakeKernel {
    static final int PRODUCER = 0;
    static final int CONSUMER = 128;
    static final int FLAGS = 196;
    static final int ENTRIES = 320;

    private static final VarHandle INDEX = ValueLayout.JAVA_INT.varHandle();

    private final MemorySegment memory;
    private final int entryCount;
    private final int entryBytes;

    FakeKernel(MemorySegment memory, int entryCount, int entryBytes) {
        this.memory = memory;
        this.entryCount = entryCount;
        this.entryBytes = entryBytes;
    }

    static long bytes(int entryCount, int entryBytes) {
        return ENTRIES + (long) entryCount * entryBytes;
    }

    static RingMemory place(MemorySegment memory, int entryCount) {
        return new RingMemory(memory, PRODUCER, CONSUMER, FLAGS, ENTRIES, entryCount);
    }

    /** Both indices start here, as if so many entries had gone through. */
    void startAt(int index) {
        memory.set(ValueLayout.JAVA_INT, PRODUCER, index);
        memory.set(ValueLayout.JAVA_INT, CONSUMER, index);
    }

    void damageProducer(int index) {
        memory.set(ValueLayout.JAVA_INT, PRODUCER, index);
    }

    void damageConsumer(int index) {
        memory.set(ValueLayout.JAVA_INT, CONSUMER, index);
    }

    void askForWakeup(boolean wanted) {
        memory.set(ValueLayout.JAVA_INT, FLAGS, wanted ? 1 : 0);
    }

    /** Whether the producer, if it is the kernel, has room. */
    boolean offer(long value, int length, int options) {
        int producer = (int) INDEX.get(memory, (long) PRODUCER);
        int consumer = (int) INDEX.getAcquire(memory, (long) CONSUMER);
        if (producer - consumer == entryCount) {
            return false;
        }
        long at = ENTRIES + (long) (producer & entryCount - 1) * entryBytes;
        memory.set(ValueLayout.JAVA_LONG, at, value);
        if (entryBytes == XdpDescriptor.BYTES) {
            memory.set(ValueLayout.JAVA_INT, at + 8, length);
            memory.set(ValueLayout.JAVA_INT, at + 12, options);
        }
        INDEX.setRelease(memory, (long) PRODUCER, producer + 1);
        return true;
    }

    /** The next value that user space has submitted, or -1. */
    long poll() {
        int consumer = (int) INDEX.get(memory, (long) CONSUMER);
        int producer = (int) INDEX.getAcquire(memory, (long) PRODUCER);
        if (producer == consumer) {
            return -1;
        }
        long at = ENTRIES + (long) (consumer & entryCount - 1) * entryBytes;
        long value = memory.get(ValueLayout.JAVA_LONG, at);
        if (entryBytes == XdpDescriptor.BYTES) {
            // A descriptor is whole: its parts are written by one hand.
            if (memory.get(ValueLayout.JAVA_INT, at + 8) != (int) value
                    || memory.get(ValueLayout.JAVA_INT, at + 12) != (int) ~value) {
                return Long.MIN_VALUE;
            }
        }
        INDEX.setRelease(memory, (long) CONSUMER, consumer + 1);
        return value;
    }
}
