package io.packetfs.afxdp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * A ring that the kernel writes and user space reads. Batches only: {@link #peek}, the entries, {@link #release}. One thread calls it.
 *
 * <p>Indices are unsigned, of 32 bits, and run freely: they are subtracted, never compared. The kernel's index is read when the one
 * remembered does not suffice.
 */
public abstract sealed class ConsumerRing permits RxRing, CompletionRing {
    private static final VarHandle INDEX = ValueLayout.JAVA_INT.varHandle();

    final MemorySegment memory;
    private final RingMemory place;
    private final int mask;
    private int consumer;
    private int producerSeen;
    private int peeked;

    ConsumerRing(RingMemory place) {
        this.place = place;
        memory = place.memory();
        mask = place.entryCount() - 1;
        consumer = (int) INDEX.get(memory, (long) place.consumer());
        producerSeen = (int) INDEX.getAcquire(memory, (long) place.producer());
        checkProducer();
    }

    public final int entryCount() {
        return place.entryCount();
    }

    /**
     * Looks for entries; those from 0 to the returned count, exclusive, may be read until {@link #release}.
     *
     * @param countMax at least 0
     * @return as many of {@code countMax} as are there
     */
    public final int peek(int countMax) {
        int available = producerSeen - consumer;
        if (available < countMax) {
            // Partner: the kernel's release of this index after it has written the entries.
            producerSeen = (int) INDEX.getAcquire(memory, (long) place.producer());
            checkProducer();
            available = producerSeen - consumer;
        }
        peeked = Math.min(available, Math.max(countMax, 0));
        return peeked;
    }

    /**
     * Gives the first {@code count} entries seen back to the kernel; the rest are seen again.
     *
     * @throws IllegalArgumentException if so many were not seen
     */
    public final void release(int count) {
        if (count < 0 || count > peeked) {
            throw new IllegalArgumentException(count + " of " + peeked + " seen entries");
        }
        peeked = 0;
        if (count > 0) {
            consumer += count;
            // Partner: the kernel's acquire of this index before it writes the entries anew.
            INDEX.setRelease(memory, (long) place.consumer(), consumer);
        }
    }

    /** The offset in memory of a seen entry. */
    final long entryOffset(int index, int entryBytes) {
        if (index < 0 || index >= peeked) {
            throw new IndexOutOfBoundsException("entry " + index + " of " + peeked + " seen");
        }
        return place.entries() + (long) (consumer + index & mask) * entryBytes;
    }

    private void checkProducer() {
        if (Integer.compareUnsigned(producerSeen - consumer, place.entryCount()) > 0) {
            throw new IllegalStateException("the ring's indices are damaged: producer " + producerSeen + ", consumer "
                    + consumer + ", " + place.entryCount() + " entries");
        }
    }
}
