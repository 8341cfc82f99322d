package io.packetfs.proxy;

import java.util.ArrayList;
import java.util.List;

/**
 * A named proxy: where it listens, where it leads, its toxics, its counts. Orders come from one thread at a time ({@link
 * ImpairmentProxy} sees to that); event loops read what is volatile.
 */
final class TcpProxy {
    private final ImpairmentProxy owner;
    private final String name;
    private final long seed;
    private final TrafficCounters fromClient = new TrafficCounters();
    private final TrafficCounters fromUpstream = new TrafficCounters();

    /** The last order's own words, which may name a host or leave the port open. */
    private String listenOrdered;

    private String listen;
    private String upstream;
    private TcpListener listener;
    // Written by the thread that orders; event loops read it when a connection begins.
    private volatile List<Toxic> toxics = List.of();

    private TcpProxy(ImpairmentProxy owner, String name, String listen, String upstream) {
        this.owner = owner;
        this.name = name;
        this.listen = listen;
        listenOrdered = listen;
        this.upstream = upstream;
        seed = Seeds.mix(owner.seed(), name.hashCode());
    }

    /**
     * A proxy that is not enabled.
     *
     * @throws ProxyException if an address is malformed
     */
    static TcpProxy create(ImpairmentProxy owner, ProxyOrder order) throws ProxyException {
        order.check();
        return new TcpProxy(owner, order.name(), order.listen(), order.upstream());
    }

    String name() {
        return name;
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
                && order.upstream().equals(upstream);
    }

    /**
     * Makes it as ordered. A new port is bound before the old one is given up, so that a failure changes nothing; a change of an
     * address closes the connections.
     */
    void update(ProxyOrder order) throws ProxyException {
        order.check();
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
        List<Toxic> changed = new ArrayList<>(toxics);
        changed.add(added);
        setToxics(changed);
    }

    void replace(Toxic replacement) {
        setToxics(toxics.stream()
                .map(toxic -> toxic.id() == replacement.id() ? replacement : toxic)
                .toList());
    }

    void remove(Toxic removed) {
        setToxics(toxics.stream().filter(toxic -> toxic.id() != removed.id()).toList());
    }

    private void enable(ProxyOrder order, boolean samePort) throws ProxyException {
        Address to = Address.parse("upstream", order.upstream());
        Address at = Address.parse("listen", samePort ? listen : order.listen());
        if (samePort) {
            // Only the upstream moves: the port cannot be bound twice.
            disable();
        }
        TcpListener opened = TcpListener.open(this, at, to);
        disable();
        listener = opened;
        listen = opened.address();
    }
}
