package io.packetfs.linux;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * Links, routes and neighbours of this network namespace as the kernel has them now: it is asked each time, which costs some microseconds
 * and never waits. One thread at a time calls, and closes.
 */
public interface NetworkTables extends AutoCloseable {
    /**
     * An interface.
     *
     * @param index what the kernel calls it by
     * @param linkAddress 48 bits, the first byte on the wire highest; 0 if it has none of that length
     * @param mtuBytes the largest packet it carries, without the link's own header
     * @param up whether somebody switched it on
     * @param running whether there is a carrier as well
     */
    record Link(int index, String name, long linkAddress, int mtuBytes, boolean up, boolean running) {}

    /**
     * The way to an address.
     *
     * @param interfaceIndex where packets leave
     * @param nextHop whom on that link they are handed to: a gateway, perhaps of the other family, or the destination itself
     * @param source the address of this host that the kernel would choose for them; null if it names none
     * @param mtuBytes the largest packet that the path is known to carry; 0 if no more is known than the link's MTU
     * @param local whether it ends on this host
     */
    record Route(int interfaceIndex, InetAddress nextHop, InetAddress source, int mtuBytes, boolean local) {}

    /**
     * What is known of an interface on the same link.
     *
     * @param linkAddress 48 bits, the first byte on the wire highest; 0 as long as it is not known
     * @param confirmed whether it has shown a short while ago that it is there, or never needs to
     */
    record Neighbour(long linkAddress, boolean confirmed) {}

    /** The interface of this name; empty if there is none. */
    Optional<Link> link(String name);

    /**
     * The way to {@code destination}; empty if there is none.
     *
     * @param source the address that packets will bear, or null
     */
    Optional<Route> route(InetAddress destination, InetAddress source);

    /** The neighbour with this address; empty if the kernel knows none. */
    Optional<Neighbour> neighbour(int interfaceIndex, InetAddress address);

    /**
     * Makes the kernel ask for the neighbour's link address, or confirm the one it has.
     *
     * @return false if this process may not (CAP_NET_ADMIN)
     */
    boolean solicit(int interfaceIndex, InetAddress address);

    /** The addresses of this host, on all of its links. */
    List<InetAddress> addresses();

    @Override
    void close();
}
