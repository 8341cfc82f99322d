package io.packetfs.sim;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.Arrays;

/**
 * A datagram under way in a {@link SimNetwork}, as a {@link PacketFilter} sees it: it may be read and changed during the filter's
 * call, and must not be kept after it, for its memory is used again.
 */
public final class SimDatagram extends PooledBuffer {
    SimLink link;
    InetSocketAddress source;
    InetSocketAddress destination;
    int ecn;
    long index;
    long holdNs;

    SimDatagram(int capacityBytes) {
        super(capacityBytes);
    }

    /** Its place among all datagrams that came to this direction of the link, from 0. */
    public long index() {
        return index;
    }

    public InetSocketAddress source() {
        return source;
    }

    public InetSocketAddress destination() {
        return destination;
    }

    /** The whole buffer, a heap segment, to be read and changed; the datagram is its first {@link #length()} bytes. */
    public MemorySegment memory() {
        return memory;
    }

    public int length() {
        return length;
    }

    public int ecn() {
        return ecn;
    }

    /** A copy of the datagram, for example to inject it again later. */
    public byte[] copy() {
        return Arrays.copyOf(array, length);
    }

    /** Makes it come from another address. */
    public void source(InetSocketAddress address) {
        source = address;
    }

    /** Cuts it short: 1 to {@link #length()} bytes. */
    public void truncate(int bytes) {
        Ranges.check("bytes kept", bytes, 1, length);
        length = bytes;
    }

    /** Sets its ECN field, 0 to 3. */
    public void ecn(int codepoint) {
        Ranges.check("ECN field", codepoint, EcnMarking.NOT_ECT, EcnMarking.CE);
        ecn = codepoint;
    }

    /** Inverts one bit, 0 to 8 * {@link #length()} - 1. */
    public void invertBit(long bit) {
        Ranges.check("bit", bit, 0, length * 8L - 1);
        Impairment.invertBit(memory, bit);
    }

    /** Lets it arrive so many nanoseconds later than the link would; others overtake it. */
    public void holdNs(long ns) {
        Ranges.check("hold in ns", ns, 0, LinkSettings.DELAY_NS_MAX);
        holdNs = ns;
    }
}
