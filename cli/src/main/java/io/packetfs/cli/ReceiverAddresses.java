package io.packetfs.cli;

import io.packetfs.protocol.Ticket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** Where a receiver can be reached: what goes into its ticket. */
final class ReceiverAddresses {
    private ReceiverAddresses() {}

    /**
     * The addresses for a ticket.
     *
     * @param advertised what a person says; if empty, the bound address, or those of the interfaces if all are bound
     */
    static List<InetSocketAddress> of(InetSocketAddress bound, List<HostPort> advertised) throws CommandException {
        List<InetSocketAddress> addresses = new ArrayList<>();
        if (!advertised.isEmpty()) {
            for (HostPort each : advertised) {
                addresses.add(each.resolve(bound.getPort()));
            }
        } else if (!bound.getAddress().isAnyLocalAddress()) {
            addresses.add(bound);
        } else {
            for (InetAddress address : ofInterfaces(bound.getAddress() instanceof Inet4Address)) {
                addresses.add(new InetSocketAddress(address, bound.getPort()));
            }
        }
        for (InetSocketAddress address : addresses) {
            if (address.getAddress().isAnyLocalAddress() || address.getPort() == 0) {
                throw new CommandException(
                        ExitCode.LOCAL_IO, "address", "nobody can connect to " + Summary.text(address));
            }
        }
        return addresses.subList(0, Math.min(addresses.size(), Ticket.ADDRESS_COUNT_MAX));
    }

    /** Those that other machines may reach, IPv4 first; loopback's if there are none. */
    private static List<InetAddress> ofInterfaces(boolean onlyIpv4) throws CommandException {
        List<InetAddress> reachable = new ArrayList<>();
        List<InetAddress> loopback = new ArrayList<>();
        try {
            for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                if (!each.isUp()) {
                    continue;
                }
                for (InetAddress address : Collections.list(each.getInetAddresses())) {
                    boolean usable = !address.isLinkLocalAddress() && !(onlyIpv4 && !(address instanceof Inet4Address));
                    if (usable) {
                        (address.isLoopbackAddress() ? loopback : reachable).add(address);
                    }
                }
            }
        } catch (SocketException e) {
            throw new CommandException(
                    ExitCode.LOCAL_IO, "interfaces", "cannot list the interfaces: " + e.getMessage());
        }
        List<InetAddress> chosen = reachable.isEmpty() ? loopback : reachable;
        chosen.sort(Comparator.comparing(address -> !(address instanceof Inet4Address)));
        return chosen;
    }
}
