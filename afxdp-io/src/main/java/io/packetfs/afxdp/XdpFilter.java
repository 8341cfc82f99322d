package io.packetfs.afxdp;

import java.net.InetAddress;
import java.util.Objects;
import java.util.Optional;

/**
 * Which packets go to AF_XDP sockets: UDP over IPv4 or IPv6 to a port. All others take their way through the kernel, and so do
 * fragments, packets with IPv4 options, IPv6 extension headers or VLAN tags.
 *
 * @param port destination, 1 to 65535
 * @param address destination; absent for any, of both families
 */
public record XdpFilter(int port, Optional<InetAddress> address) {
    public XdpFilter {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port " + port);
        }
        Objects.requireNonNull(address);
        if (address.filter(InetAddress::isAnyLocalAddress).isPresent()) {
            address = Optional.empty();
        }
    }

    /** Whatever the destination address. */
    public static XdpFilter port(int port) {
        return new XdpFilter(port, Optional.empty());
    }

    /** To one address, or to any if it is the wildcard address. */
    public static XdpFilter port(int port, InetAddress address) {
        return new XdpFilter(port, Optional.of(address));
    }
}
