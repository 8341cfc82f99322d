package io.packetfs.afxdp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * A ring that user space writes and the kernel reads. Batches only: {@link #reserve}, the entries, {@link #submit}. One thread calls it.
 *
 * <p>Indices are unsigned, of 32 bits, and run freely: they are subtracted, never compared. The kernel's index is read when the one
 * remembered does not suffice.
 */
public abstract sealed class ProducerRing permits FillRing, TxRing {
    private static final VarHandle INDEX = ValueLayout.JAVA_INT.varHandle();
    private static final int NEED_WAKEUP = 1;

    final MemorySegment memory;
    private final RingMemory place;
    private final int mask;
    private int producer;
    private int consumerSeen;
    private int reserved;

    ProducerRing(RingMemory place) {
        this.place = place;
        memory = place.memory();
        mask = place.entryCount() - 1;
        producer = (int) INDEX.get(memory, (long) place.producer());
        consumerSeen = (int) INDEX.getAcquire(memory, (long) place.consumer());
        checkConsumer();
    }

    /**
     * Makes room for entries 0 to the returned count, exclusive, which are written next.
     *
     * @param countMax at least 0
     * @return as many of {@code countMax} as there is room for
     */
    public final int reserve(int countMax) {
        int free = place.entryCount() - (producer - consumerSeen);
        if (free < countMax) {
            // Partner: the kernel's release of its index after it has read the entries that this lets us overwrite.
            consumerSeen = (int) INDEX.getAcquire(memory, (long) place.consumer());
            checkConsumer();
            free = place.entryCount() - (producer - consumerSeen);
        }
        reserved = Math.min(free, Math.max(countMax, 0));
        return reserved;
    }

    /**
     * Hands the first {@code count} reserved entries over; the rest are reserved no longer.
     *
     * @throws IllegalArgumentException if so many were not reserved
     */
    public final void submit(int count) {
        if (count < 0 || count > reserved) {
            throw new IllegalArgumentException(count + " of " + reserved + " reserved entries");
        }
        reserved = 0;
        if (count > 0) {
            producer += count;
            // Partner: the kernel's acquire of this index before it reads the entries.
            INDEX.setRelease(memory, (long) place.producer(), producer);
        }
    }

    /** Entries handed over that the kernel has not read yet, as its index says now. */
    public final int pending() {
        consumerSeen = (int) INDEX.getAcquire(memory, (long) place.consumer());
        checkConsumer();
        return producer - consumerSeen;
    }

    /** Whether the kernel asks to be woken up for entries to be read. */
    public final boolean needsWakeup() {
        return ((int) INDEX.getOpaque(memory, (long) place.flags()) & NEED_WAKEUP) != 0;
    }

    /** The offset in memory of a reserved entry. */
    final long entryOffset(int index, int entryBytes) {
        if (index < 0 || index >= reserved) {
            throw new IndexOutOfBoundsException("entry " + index + " of " + reserved + " reserved");
        }
        return place.entries() + (long) (producer + index & mask) * entryBytes;
    }

    private void checkConsumer() {
        if (Integer.compareUnsigned(producer - consumerSeen, place.entryCount()) > 0) {
            throw new IllegalStateException("the ring's indices are damaged: producer " + producer + ", consumer "
                    + consumerSeen + ", " + place.entryCount() + " entries");
        }
    }
}
