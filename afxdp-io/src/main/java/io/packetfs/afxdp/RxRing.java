package io.packetfs.afxdp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/** Packets that the kernel has received. */
public final class RxRing extends ConsumerRing {
    public RxRing(RingMemory place) {
        super(place);
    }

    /** The offset in the packet memory at which a seen packet begins. */
    public long address(int index) {
        return memory.get(JAVA_LONG, entryOffset(index, XdpDescriptor.BYTES) + XdpDescriptor.ADDRESS);
    }

    public int lengthBytes(int index) {
        return memory.get(JAVA_INT, entryOffset(index, XdpDescriptor.BYTES) + XdpDescriptor.LENGTH);
    }

    public int options(int index) {
        return memory.get(JAVA_INT, entryOffset(index, XdpDescriptor.BYTES) + XdpDescriptor.OPTIONS);
    }
}
