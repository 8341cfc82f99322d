package io.packetfs.protocol.port;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/** Takes what a {@link DatagramPort} received. Called on the thread that called {@link DatagramPort#receive}. */
@FunctionalInterface
public interface DatagramReceiver {
    /** The ECN field is not known to this port. */
    int ECN_UNKNOWN = -1;

    /**
     * One datagram, or several of one source that arrived back to back in one buffer (a GRO train). The memory may be changed by the
     * callee (packets are opened in place) and is not valid after the call.
     *
     * @param source where it came from
     * @param memory a heap segment over a {@code byte[]}, from its first element
     * @param length bytes used, from offset 0; positive
     * @param segmentBytes the size of each datagram in the buffer but the last, which may be shorter; equal to {@code length} for one
     *     datagram; 0 when the carrier does not know
     * @param ecn the IP header's ECN field, 0 to 3, the same for all datagrams in the buffer, or {@link #ECN_UNKNOWN}
     */
    void onDatagrams(InetSocketAddress source, MemorySegment memory, int length, int segmentBytes, int ecn);
}
