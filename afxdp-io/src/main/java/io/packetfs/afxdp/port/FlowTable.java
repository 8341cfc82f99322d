package io.packetfs.afxdp.port;

import io.packetfs.afxdp.frame.Flow;
import io.packetfs.afxdp.frame.LocalAddresses;
import io.packetfs.afxdp.frame.MacAddress;
import io.packetfs.linux.NetworkDevices.NetworkDevice;
import io.packetfs.linux.NetworkTables;
import io.packetfs.linux.NetworkTables.Link;
import io.packetfs.linux.NetworkTables.Neighbour;
import io.packetfs.linux.NetworkTables.Route;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The ways out: for each destination of late, whether the device leads there, by which neighbour, and how large packets may be. What the
 * kernel told is good for {@link #FRESH_NS}; then it is asked again, so that changed routes, neighbours, addresses and sizes are
 * followed. At most {@link #FLOWS_MAX} destinations are remembered, those used last. One thread calls it.
 *
 * <p>A destination whose neighbour is not known goes by the kernel's socket, and the kernel asks for the neighbour because of that.
 */
final class FlowTable implements AutoCloseable {
    static final int ETHERNET_BYTES = 14;

    /** A wrong way is noticed by senders after some round trips; asking costs some 20 us. */
    static final long FRESH_NS = 1_000_000_000;

    /** For the time until an unknown neighbour has answered. */
    static final long RETRY_NS = 2_000_000;

    static final int FLOWS_MAX = 1024;

    private final NetworkTables tables;
    private final NetworkDevice device;
    private final InetSocketAddress local;
    private final SequencedMap<InetSocketAddress, OutgoingFlow> flows = new LinkedHashMap<>(64, 0.75F, true);
    private Link link;
    private boolean linkAsked;
    private long linkFreshUntilNs;
    private InetSocketAddress lastDestination;
    private OutgoingFlow lastFlow;
    private long lookups;

    /**
     * @param tables closed with this
     * @param local what the port is bound to
     */
    FlowTable(NetworkTables tables, NetworkDevice device, InetSocketAddress local) {
        this.tables = tables;
        this.device = device;
        this.local = local;
    }

    /** How often the kernel was asked for a way. */
    long lookups() {
        return lookups;
    }

    int size() {
        return flows.size();
    }

    /** The way to a destination; never null. */
    OutgoingFlow find(InetSocketAddress destination, long nowNs) {
        OutgoingFlow flow = destination.equals(lastDestination) ? lastFlow : remembered(destination, nowNs);
        if (flow.isStale(nowNs)) {
            lookUp(destination, flow, nowNs);
        }
        lastDestination = destination;
        lastFlow = flow;
        return flow;
    }

    /** The addresses of this host; of one with more than can be looked for, the first ones. */
    List<InetAddress> hostAddresses() {
        return tables.addresses().stream().limit(LocalAddresses.COUNT_MAX).toList();
    }

    /** Whether the device was removed, as far as is known since {@link #FRESH_NS} ago; another of its name does not count. */
    boolean isDeviceGone(long nowNs) {
        return link(nowNs).isEmpty();
    }

    @Override
    public void close() {
        tables.close();
    }

    private OutgoingFlow remembered(InetSocketAddress destination, long nowNs) {
        OutgoingFlow flow = flows.get(destination);
        if (flow == null) {
            if (flows.size() == FLOWS_MAX) {
                flows.pollFirstEntry();
            }
            flow = new OutgoingFlow();
            flow.byKernel(nowNs);
            flows.put(destination, flow);
        }
        return flow;
    }

    private void lookUp(InetSocketAddress destination, OutgoingFlow flow, long nowNs) {
        lookups++;
        Optional<Link> link = link(nowNs);
        Optional<Route> route =
                link.isEmpty() ? Optional.empty() : tables.route(destination.getAddress(), local.getAddress());
        if (route.isEmpty() || !leadsOut(route.get(), link.get())) {
            flow.byKernel(nowNs + FRESH_NS);
            return;
        }
        byNeighbour(destination, flow, link.get(), route.get(), nowNs);
    }

    private boolean leadsOut(Route route, Link link) {
        return route.interfaceIndex() == link.index() && !route.local() && source(route) != null;
    }

    private void byNeighbour(InetSocketAddress destination, OutgoingFlow flow, Link link, Route route, long nowNs) {
        Optional<Neighbour> neighbour = tables.neighbour(link.index(), route.nextHop());
        boolean isConfirmed = neighbour.filter(Neighbour::confirmed).isPresent();
        boolean isSolicited = isConfirmed || tables.solicit(link.index(), route.nextHop());
        long linkAddress = neighbour.map(Neighbour::linkAddress).orElse(0L);
        if (linkAddress == 0) {
            flow.byKernel(nowNs + RETRY_NS);
            return;
        }
        Flow ends = new Flow(
                new MacAddress(link.linkAddress()),
                new MacAddress(linkAddress),
                new InetSocketAddress(source(route), local.getPort()),
                destination);
        int packetBytesMax = route.mtuBytes() == 0 ? link.mtuBytes() : Math.min(route.mtuBytes(), link.mtuBytes());
        flow.byRings(ends, packetBytesMax, !isSolicited, nowNs + FRESH_NS);
    }

    /** The address that datagrams bear. */
    private InetAddress source(Route route) {
        return local.getAddress().isAnyLocalAddress() ? route.source() : local.getAddress();
    }

    private Optional<Link> link(long nowNs) {
        if (!linkAsked || nowNs - linkFreshUntilNs >= 0) {
            linkAsked = true;
            link = tables.link(device.name())
                    .filter(found -> found.index() == device.index() && found.linkAddress() != 0)
                    .orElse(null);
            linkFreshUntilNs = nowNs + FRESH_NS;
        }
        return Optional.ofNullable(link);
    }
}
