package io.packetfs.sim;

import java.util.Arrays;

/**
 * A scripted hand on one direction of a link: it sees each datagram at the near end, before any impairment, and may change it, hold it,
 * drop it or double it. With {@link SimNetwork#inject} it may also put datagrams of its own on the way: old ones again, forged ones, from
 * any address.
 */
@FunctionalInterface
public interface PacketFilter {
    /** What shall become of the datagram. */
    enum Verdict {
        /** Goes on, with what the filter changed in it. */
        PASS,
        /** Ends here. */
        DROP,
        /** Goes on, and arrives twice. */
        DUPLICATE,
        /** Goes on with one bit inverted, at a place that follows from the seed. */
        CORRUPT
    }

    /** Lets all pass. */
    PacketFilter NONE = datagram -> Verdict.PASS;

    /** Called once per datagram, on the thread that drives the network, at the network's present time. */
    Verdict onDatagram(SimDatagram datagram);

    /** Drops the datagrams with these indexes, and no others. */
    static PacketFilter drop(long... indexes) {
        long[] sorted = indexes.clone();
        Arrays.sort(sorted);
        return datagram -> Arrays.binarySearch(sorted, datagram.index()) >= 0 ? Verdict.DROP : Verdict.PASS;
    }
}
