package io.packetfs.afxdp;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

/** Frames for the kernel to receive into. */
public final class FillRing extends ProducerRing {
    public FillRing(RingMemory place) {
        super(place);
    }

    /** Writes a reserved entry: the offset of a frame in the packet memory. */
    public void set(int index, long address) {
        memory.set(JAVA_LONG, entryOffset(index, Long.BYTES), address);
    }
}
