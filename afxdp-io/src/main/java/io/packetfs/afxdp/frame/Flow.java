package io.packetfs.afxdp.frame;

import java.net.Inet4Address;
import java.net.InetSocketAddress;

/**
 * The two ends of what one template sends, on the link and on the Internet.
 *
 * @param link the interface that sends
 * @param nextHop the interface on the same link that takes it
 * @param source address and port that the datagrams bear
 * @param destination where they go; of the same family
 */
public record Flow(MacAddress link, MacAddress nextHop, InetSocketAddress source, InetSocketAddress destination) {
    public Flow {
        if (source.isUnresolved() || destination.isUnresolved()) {
            throw new IllegalArgumentException("unresolved: " + source + " to " + destination);
        }
        boolean sameFamily =
                source.getAddress().getClass() == destination.getAddress().getClass();
        if (!sameFamily || source.getAddress().isAnyLocalAddress()) {
            throw new IllegalArgumentException("no datagram goes from " + source + " to " + destination);
        }
    }

    public boolean isIpv4() {
        return source.getAddress() instanceof Inet4Address;
    }
}
