package io.packetfs.proxy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * All proxies of one process, and the threads and limits that they share. Orders may come from any thread and are carried out one at a
 * time; when a method returns, what was ordered is in force on connections that are open, too.
 */
public final class ImpairmentProxy implements AutoCloseable {
    /** Each has a thread of its own while it is enabled. */
    static final int UDP_PROXIES_MAX = 64;

    private final ProxyLimits limits;
    private final long seed;
    private final EventLoops loops = new EventLoops();
    private final ConnectionQuota quota;
    private final HeldBytes heldBytes;
    private final Map<String, NamedProxy> proxies = new TreeMap<>();
    private long toxicsMade;

    private ImpairmentProxy(ProxyLimits limits, long seed) {
        this.limits = limits;
        this.seed = seed;
        quota = new ConnectionQuota(limits.connectionsMax());
        heldBytes = new HeldBytes(limits);
    }

    /**
     * Starts without any proxy.
     *
     * @param seed decides what is left to chance: the same connections, counted per proxy, are treated alike
     */
    public static ImpairmentProxy start(ProxyLimits limits, long seed) {
        return new ImpairmentProxy(limits, seed);
    }

    /**
     * Creates the proxies of a configuration file as Toxiproxy's: a JSON array of objects with {@code name}, {@code listen}, {@code
     * upstream} and {@code enabled}.
     *
     * @return a line per proxy
     * @throws ProxyException if something in it cannot be; then nothing has changed, unless a port could not be bound
     */
    public synchronized List<String> populate(String json) throws ProxyException {
        List<NamedProxy> done = new ArrayList<>();
        populate(ApiRoutes.orders(json), done);
        return done.stream()
                .map(proxy -> proxy.name() + ": "
                        + (proxy.isEnabled() ? proxy.listen() + " to " + proxy.upstream() : "not enabled"))
                .toList();
    }

    /** How many connections are open. */
    public int connectionCount() {
        return quota.count();
    }

    /** How many connections were refused because there were too many. */
    public long connectionsRefused() {
        return quota.refused();
    }

    /** How many bytes are held for all connections, with what holding them costs. */
    public long bytesHeld() {
        return heldBytes.total();
    }

    /** Closes every connection and port, and ends the threads. */
    @Override
    public synchronized void close() {
        proxies.values().forEach(NamedProxy::disable);
        proxies.clear();
        loops.close();
    }

    ProxyLimits limits() {
        return limits;
    }

    long seed() {
        return seed;
    }

    EventLoops loops() {
        return loops;
    }

    ConnectionQuota quota() {
        return quota;
    }

    HeldBytes heldBytes() {
        return heldBytes;
    }

    /** By name, in order. */
    synchronized List<NamedProxy> proxies() {
        return List.copyOf(proxies.values());
    }

    synchronized NamedProxy proxy(String name) throws ProxyException {
        NamedProxy proxy = proxies.get(name);
        if (proxy == null) {
            throw new ProxyException(ProxyException.NOT_FOUND, "proxy not found");
        }
        return proxy;
    }

    synchronized NamedProxy create(ProxyOrder order) throws ProxyException {
        order.check();
        if (proxies.containsKey(order.name())) {
            throw new ProxyException(ProxyException.EXISTS, "proxy already exists");
        }
        checkRoom(1);
        return put(order);
    }

    synchronized void delete(String name) throws ProxyException {
        proxy(name).disable();
        proxies.remove(name);
    }

    /** Enables every proxy and removes every toxic. */
    synchronized void reset() throws ProxyException {
        for (NamedProxy proxy : proxies.values()) {
            proxy.update(new ProxyOrder(proxy.name(), proxy.protocol(), proxy.listen(), proxy.upstream(), true));
            proxy.setToxics(List.of());
        }
    }

    /**
     * Creates proxies; one that exists with the same addresses stays, with its toxics; one with others is replaced. All orders are
     * checked before the first is carried out; after that only a port that cannot be bound stops it, and {@code done} says how far it came.
     */
    synchronized void populate(Collection<ProxyOrder> orders, List<NamedProxy> done) throws ProxyException {
        Set<String> names = new HashSet<>();
        for (ProxyOrder order : orders) {
            order.check();
            if (!names.add(order.name())) {
                throw ProxyException.bad("the proxy " + order.name() + " is there twice");
            }
        }
        names.removeAll(proxies.keySet());
        checkRoom(names.size());
        for (ProxyOrder order : orders) {
            NamedProxy before = proxies.get(order.name());
            if (before != null && before.isAt(order)) {
                before.update(order);
                done.add(before);
            } else {
                if (before != null) {
                    delete(order.name());
                }
                done.add(put(order));
            }
        }
    }

    /** A toxic to be made; nothing of it is left to the caller but what it is. */
    synchronized Toxic addToxic(
            NamedProxy proxy,
            String name,
            ToxicType type,
            Direction direction,
            double toxicity,
            Map<String, Number> given)
            throws ProxyException {
        ProxyOrder.checkName("name", name);
        Toxic toxic = Toxic.create(++toxicsMade, name, type, direction, toxicity, given);
        proxy.add(toxic);
        return toxic;
    }

    private NamedProxy put(ProxyOrder order) throws ProxyException {
        long udpCount = proxies.values().stream()
                .filter(proxy -> proxy.protocol() == Protocol.UDP)
                .count();
        if (order.protocol() == Protocol.UDP && udpCount >= UDP_PROXIES_MAX) {
            throw ProxyException.bad("there are at most " + UDP_PROXIES_MAX + " proxies for UDP");
        }
        NamedProxy proxy = NamedProxy.create(this, order);
        proxy.update(order);
        proxies.put(order.name(), proxy);
        return proxy;
    }

    private void checkRoom(int more) throws ProxyException {
        if (proxies.size() + more > limits.proxiesMax()) {
            throw ProxyException.bad("there are at most " + limits.proxiesMax() + " proxies");
        }
    }
}
