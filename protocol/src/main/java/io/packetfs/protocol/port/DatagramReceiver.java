package io.packetfs.protocol.port;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/** Takes what a {@link DatagramPort} received, and what a reliable one has to tell of its peers. Called on the thread that called {@link DatagramPort#receive}. */
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

    /** A reliable port takes trains to this destination again, after {@link DatagramPort#isBlocked} was true. */
    default void onUnblocked(InetSocketAddress destination) {}

    /**
     * A reliable port has lost this peer, or could not reach it; all that came from it was handed over before.
     *
     * @param cause for people, such as {@code connection refused}
     */
    default void onDisconnected(InetSocketAddress peer, String cause) {}
}
