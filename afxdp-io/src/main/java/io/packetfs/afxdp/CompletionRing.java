package io.packetfs.afxdp;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

/** Packets that the kernel is done with sending, whether they arrived or not. */
public final class CompletionRing extends ConsumerRing {
    public CompletionRing(RingMemory place) {
        super(place);
    }

    /** The address of a seen entry, as it was submitted. */
    public long address(int index) {
        return memory.get(JAVA_LONG, entryOffset(index, Long.BYTES));
    }
}
