package io.packetfs.proxy;

import io.packetfs.sim.LinkEvent;
import java.util.ArrayList;
import java.util.List;

/**
 * A named proxy: where it listens, where it leads, its toxics, its counts. Orders come from one thread at a time ({@link
 * ImpairmentProxy} sees to that); event loops read what is volatile.
 */
final class NamedProxy {
    private final ImpairmentProxy owner;
    private final String name;
    private final Protocol protocol;
    private final long seed;
    private final TrafficCounters fromClient = new TrafficCounters();
    private final TrafficCounters fromUpstream = new TrafficCounters();

    /** The last order's own words, which may name a host or leave the port open. */
    private String listenOrdered;

    private String listen;
    private String upstream;
    private Listener listener;
    // Written by the thread that orders; event loops read it when a connection begins.
    private volatile List<Toxic> toxics = List.of();

    private NamedProxy(ImpairmentProxy owner, ProxyOrder order) {
        this.owner = owner;
        name = order.name();
        protocol = order.protocol();
        listen = order.listen();
        listenOrdered = listen;
        upstream = order.upstream();
        seed = Seeds.mix(owner.seed(), name.hashCode());
    }

    /**
     * A proxy that is not enabled.
     *
     * @throws ProxyException if an address is malformed
     */
    static NamedProxy create(ImpairmentProxy owner, ProxyOrder order) throws ProxyException {
        order.check();
        return new NamedProxy(owner, order);
    }

    String name() {
        return name;
    }

    Protocol protocol() {
        return protocol;
    }

    /** Where it listens: as ordered until it was enabled once, with the real port from then on. */
    String listen() {
        return listen;
    }

    String upstream() {
        return upstream;
    }

    boolean isEnabled() {
        return listener != null;
    }

    int connectionCount() {
        return listener == null ? 0 : listener.connectionCount();
    }

    List<Toxic> toxics() {
        return toxics;
    }

    TrafficCounters counters(Direction direction) {
        return direction == Direction.UPSTREAM ? fromClient : fromUpstream;
    }

    /** Bytes from the source of a direction since the proxy was made. */
    long receivedBytes(Direction direction) {
        return counters(direction).receivedBytes() + (listener == null ? 0 : listener.receivedBytes(direction));
    }

    /** Bytes to the sink of a direction since the proxy was made. */
    long sentBytes(Direction direction) {
        return counters(direction).sentBytes() + (listener == null ? 0 : listener.sentBytes(direction));
    }

    /** Datagrams of a direction that met an event since the proxy was made; 0 for TCP. */
    long datagrams(Direction direction, LinkEvent event) {
        return counters(direction).datagrams(event) + (listener == null ? 0 : listener.datagrams(direction, event));
    }

    EventLoops loops() {
        return owner.loops();
    }

    ConnectionQuota quota() {
        return owner.quota();
    }

    HeldBytes heldBytes() {
        return owner.heldBytes();
    }

    long seed() {
        return seed;
    }

    /** Whether the order names the addresses that the proxy has already. */
    boolean isAt(ProxyOrder order) {
        return (order.listen().equals(listen) || order.listen().equals(listenOrdered))
                && order.upstream().equals(upstream)
                && order.protocol() == protocol;
    }

    /**
     * Makes it as ordered. A new port is bound before the old one is given up, so that a failure changes nothing; a change of an
     * address closes the connections.
     */
    void update(ProxyOrder order) throws ProxyException {
        order.check();
        if (order.protocol() != protocol) {
            throw ProxyException.bad("a proxy for " + protocol.label() + " stays one");
        }
        boolean moved = !isAt(order);
        boolean samePort = order.listen().equals(listen) || order.listen().equals(listenOrdered);
        if (!order.enabled()) {
            disable();
        } else if (listener == null || moved) {
            enable(order, samePort);
        }
        upstream = order.upstream();
        if (!samePort) {
            listenOrdered = order.listen();
            listen = listener == null ? order.listen() : listener.address();
        }
    }

    void disable() {
        if (listener != null) {
            listener.close();
            listener = null;
        }
    }

    /** Replaces the toxics, also on open connections. */
    void setToxics(List<Toxic> changed) {
        toxics = List.copyOf(changed);
        if (listener != null) {
            listener.apply(toxics);
        }
    }

    Toxic toxic(String toxicName) throws ProxyException {
        for (Toxic toxic : toxics) {
            if (toxic.name().equals(toxicName)) {
                return toxic;
            }
        }
        throw new ProxyException(ProxyException.NOT_FOUND, "toxic not found");
    }

    void add(Toxic added) throws ProxyException {
        if (toxics.stream().anyMatch(toxic -> toxic.name().equals(added.name()))) {
            throw new ProxyException(ProxyException.EXISTS, "toxic already exists");
        }
        if (toxics.size() >= owner.limits().toxicsMax()) {
            throw ProxyException.bad("a proxy has at most " + owner.limits().toxicsMax() + " toxics");
        }
        check(added, toxics);
        List<Toxic> changed = new ArrayList<>(toxics);
        changed.add(added);
        setToxics(changed);
    }

    void replace(Toxic replacement) throws ProxyException {
        check(
                replacement,
                toxics.stream().filter(toxic -> toxic.id() != replacement.id()).toList());
        setToxics(toxics.stream()
                .map(toxic -> toxic.id() == replacement.id() ? replacement : toxic)
                .toList());
    }

    void remove(Toxic removed) {
        setToxics(toxics.stream().filter(toxic -> toxic.id() != removed.id()).toList());
    }

    private void check(Toxic toxic, List<Toxic> others) throws ProxyException {
        if (protocol == Protocol.UDP) {
            UdpSettings.check(toxic, others);
        } else if (!toxic.type().isForTcp()) {
            throw ProxyException.bad("the toxic " + toxic.type().label() + " is for UDP only");
        }
    }

    private void enable(ProxyOrder order, boolean samePort) throws ProxyException {
        Address to = Address.parse("upstream", order.upstream());
        Address at = Address.parse("listen", samePort ? listen : order.listen());
        if (samePort) {
            // Only the upstream moves: the port cannot be bound twice.
            disable();
        }
        Listener opened = protocol == Protocol.UDP ? UdpListener.open(this, at, to) : TcpListener.open(this, at, to);
        disable();
        listener = opened;
        listen = opened.address();
    }
}
