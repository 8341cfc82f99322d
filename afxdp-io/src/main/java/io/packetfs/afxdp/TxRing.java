package io.packetfs.afxdp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/** Packets for the kernel to send. */
public final class TxRing extends ProducerRing {
    public TxRing(RingMemory place) {
        super(place);
    }

    /**
     * Writes a reserved entry. Nothing is checked here: {@link XskSocket#send} does.
     *
     * @param address offset of the packet in the packet memory
     * @param options of struct xdp_desc
     */
    public void set(int index, long address, int lengthBytes, int options) {
        long at = entryOffset(index, XdpDescriptor.BYTES);
        memory.set(JAVA_LONG, at + XdpDescriptor.ADDRESS, address);
        memory.set(JAVA_INT, at + XdpDescriptor.LENGTH, lengthBytes);
        memory.set(JAVA_INT, at + XdpDescriptor.OPTIONS, options);
    }
}
