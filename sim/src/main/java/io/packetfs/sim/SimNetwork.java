package io.packetfs.sim;

import static java.util.Objects.requireNonNull;

import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.port.PortFeatures;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * A network in virtual time. Every pair of hosts has a {@link SimLink} per direction; what passes it comes to the ports later, as the
 * link's settings say. The same seed and the same calls give the same run, datagram by datagram, on any machine: {@link
 * #packetLogHash()} proves it.
 *
 * <p>One thread drives it all. A harness does this until it is done:
 *
 * <ol>
 *   <li>let every engine receive from its port, until {@link SimPort#receive} returns 0, and send;
 *   <li>take the earliest of {@link #nextEventNs()} and the engines' deadlines;
 *   <li>{@link #advanceTo} that time.
 * </ol>
 *
 * <p>Time starts at 0 and is in nanoseconds. Memory is bounded by what is under way; each port's share by {@link
 * SimPort#receiveBufferBytesMax}.
 */
public final class SimNetwork {
    private static final int EPHEMERAL_PORT_MIN = 49_152;
    private static final int PORT_MAX = 65_535;

    private final long seed;
    private final LinkSettings defaultSettings;
    // Only ever looked up, never walked: the order of a hash table must not reach the run.
    private final Map<InetSocketAddress, SimPort> ports = new HashMap<>();
    private final Map<HostPair, SimLink> links = new HashMap<>();
    private final EventHeap<SimDatagram> underWay = new EventHeap<>();
    private final BufferPool<SimDatagram> pool = new BufferPool<>(SimDatagram::new);
    private final PacketLog log = new PacketLog();
    private final SimLink injection;
    private long nowNs;

    /** A network whose links are clean until they are given other settings. */
    public SimNetwork(long seed) {
        this(seed, LinkSettings.CLEAN);
    }

    /** A network whose links start with {@code defaultSettings}. */
    public SimNetwork(long seed, LinkSettings defaultSettings) {
        this.seed = seed;
        this.defaultSettings = requireNonNull(defaultSettings, "defaultSettings");
        injection = newLink("injected", LinkSettings.CLEAN);
    }

    /** Opens a port that can do everything; see {@link #bind(InetSocketAddress, PortFeatures)}. */
    public SimPort bind(InetSocketAddress address) {
        return bind(address, SimPort.FEATURES);
    }

    /**
     * Opens a port that can do what {@code features} say.
     *
     * @param address a host's address, not the wildcard; port 0 for any free one
     * @throws UncheckedIOException if the address is in use
     */
    public SimPort bind(InetSocketAddress address, PortFeatures features) {
        if (address.isUnresolved() || address.getAddress().isAnyLocalAddress()) {
            throw new IllegalArgumentException("a port needs the address of a host, not " + address);
        }
        InetSocketAddress bound = address.getPort() == 0 ? freeAddress(address.getAddress()) : address;
        SimPort port = new SimPort(this, bound, features);
        claim(bound, port);
        return port;
    }

    /** The link from one host to another, made when it is first asked for or used. */
    public SimLink link(InetAddress from, InetAddress to) {
        HostPair pair = new HostPair(from, to);
        SimLink link = links.get(pair);
        if (link == null) {
            link = new SimLink(this, pair.toString(), pair.number(), defaultSettings);
            links.put(pair, link);
        }
        return link;
    }

    /** A link that belongs to no pair of hosts, for {@link #route}. Its random streams follow from its name. */
    public SimLink newLink(String name, LinkSettings settings) {
        long number = 0;
        for (int i = 0; i < name.length(); i++) {
            number = RandomStream.mix64(number + 1 + name.charAt(i));
        }
        return new SimLink(this, name, number, settings);
    }

    /** Leads what is sent from one host to another over {@code link} from now on; several pairs may share one bottleneck. */
    public void route(InetAddress from, InetAddress to, SimLink link) {
        links.put(new HostPair(from, to), requireNonNull(link, "link"));
    }

    /** Virtual time in nanoseconds. */
    public long nowNs() {
        return nowNs;
    }

    /**
     * When the next datagram comes to a port; {@link Long#MAX_VALUE} when none is under way. What already waits at a port does not
     * count.
     */
    public long nextEventNs() {
        return underWay.nextNs();
    }

    /** Moves the clock, never backwards, and makes what has come by then receivable. */
    public void advanceTo(long toNs) {
        Ranges.check("time in ns", toNs, nowNs, Long.MAX_VALUE);
        while (!underWay.isEmpty() && underWay.nextNs() <= toNs) {
            nowNs = underWay.nextNs();
            arrive(underWay.poll());
        }
        nowNs = toNs;
    }

    /**
     * Puts a datagram before a port, past every link: forged, replayed, or from an address that nobody holds.
     *
     * @param afterNs when it comes, from now
     * @param ecn its ECN field, 0 to 3
     */
    public void inject(InetSocketAddress source, InetSocketAddress destination, byte[] bytes, long afterNs, int ecn) {
        Ranges.check("injected bytes", bytes.length, 1, PortFeatures.UDP_PAYLOAD_BYTES_MAX);
        Ranges.check("time until it comes in ns", afterNs, 0, LinkSettings.DELAY_NS_MAX);
        SimDatagram datagram = datagram(source, destination, bytes, 0, bytes.length);
        datagram.ecn(ecn);
        datagram.link = injection;
        injection.counters().count(LinkEvent.SENT, bytes.length);
        injection.counters().count(LinkEvent.PASSED, bytes.length);
        record(nowNs, LinkEvent.PASSED, datagram);
        schedule(Math.addExact(nowNs, afterNs), datagram);
    }

    /** What became of injected datagrams. */
    public LinkCounters injected() {
        return injection.counters();
    }

    /** Everything that happened to every datagram so far, as one number. */
    public long packetLogHash() {
        return log.hash();
    }

    /** Writes the packet log from now on, a line per record; the caller flushes and closes. */
    public void logTo(Appendable text) {
        log.writeTo(requireNonNull(text, "text"));
    }

    long seed() {
        return seed;
    }

    void send(SimPort port, DatagramTrain train, int ecn) {
        InetSocketAddress destination = train.destination();
        SimLink link = link(port.host(), hostOf(destination));
        for (int offset = 0; offset < train.length(); offset += train.segmentBytes()) {
            int length = Math.min(train.segmentBytes(), train.length() - offset);
            SimDatagram datagram = datagram(port.externalAddress(), destination, train.array(), offset, length);
            datagram.ecn = ecn;
            link.onDatagram(nowNs, datagram);
        }
    }

    void schedule(long arrivalNs, SimDatagram datagram) {
        underWay.push(arrivalNs, datagram);
    }

    void record(long atNs, LinkEvent event, SimDatagram datagram) {
        log.record(atNs, event, datagram);
    }

    SimDatagram copyOf(SimDatagram original) {
        SimDatagram copy = datagram(original.source, original.destination, original.array, 0, original.length);
        copy.ecn = original.ecn;
        copy.link = original.link;
        copy.index = original.index;
        return copy;
    }

    void release(SimDatagram datagram) {
        pool.give(datagram);
    }

    void claim(InetSocketAddress address, SimPort port) {
        if (ports.putIfAbsent(address, port) != null) {
            throw new UncheckedIOException(
                    "bind " + address + " in a simulated network", new BindException("address in use"));
        }
    }

    void unclaim(InetSocketAddress address) {
        ports.remove(address);
    }

    private InetSocketAddress freeAddress(InetAddress host) {
        for (int port = EPHEMERAL_PORT_MIN; port <= PORT_MAX; port++) {
            InetSocketAddress address = new InetSocketAddress(host, port);
            if (!ports.containsKey(address)) {
                return address;
            }
        }
        throw new UncheckedIOException("bind " + host + " in a simulated network", new BindException("no free port"));
    }

    private SimDatagram datagram(
            InetSocketAddress source, InetSocketAddress destination, byte[] bytes, int offset, int length) {
        SimDatagram datagram = pool.take(length);
        System.arraycopy(bytes, offset, datagram.array, 0, length);
        datagram.source = source;
        datagram.destination = destination;
        return datagram;
    }

    /** A host behind a translated address keeps its links. */
    private InetAddress hostOf(InetSocketAddress address) {
        SimPort port = ports.get(address);
        return port == null ? address.getAddress() : port.host();
    }

    private void arrive(SimDatagram datagram) {
        SimPort port = ports.get(datagram.destination);
        LinkEvent end = port == null ? LinkEvent.UNREACHABLE : port.onDatagram(datagram);
        datagram.link.counters().count(end, datagram.length);
        record(nowNs, end, datagram);
        if (end != LinkEvent.DELIVERED) {
            release(datagram);
        }
    }
}
