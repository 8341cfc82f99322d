package io.packetfs.proxy;

import io.packetfs.sim.LinkCounters;
import io.packetfs.sim.LinkEvent;
import io.packetfs.sim.LinkSettings;
import io.packetfs.sim.UdpRelay;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.util.List;

/** The port of an enabled UDP proxy: a {@link UdpRelay}, whose settings are made of the toxics. */
final class UdpListener implements Listener {
    private final NamedProxy proxy;
    private final UdpRelay relay;

    private UdpListener(NamedProxy proxy, UdpRelay relay) {
        this.proxy = proxy;
        this.relay = relay;
    }

    /**
     * Binds and begins to carry.
     *
     * @throws ProxyException if the address cannot be bound, or a host is not known
     */
    static UdpListener open(NamedProxy proxy, Address listen, Address upstream) throws ProxyException {
        try {
            UdpListener listener = new UdpListener(
                    proxy, UdpRelay.start(listen.resolve(), upstream.resolve(), LinkSettings.CLEAN, proxy.seed()));
            listener.apply(proxy.toxics());
            return listener;
        } catch (UncheckedIOException e) {
            throw new ProxyException(ProxyException.FAILED, "listen udp " + e.getMessage());
        } catch (UnknownHostException e) {
            throw new ProxyException(ProxyException.FAILED, "listen udp: unknown host " + e.getMessage());
        }
    }

    @Override
    public String address() {
        return Address.text(relay.address());
    }

    @Override
    public int connectionCount() {
        return relay.clientCount();
    }

    @Override
    public void apply(List<Toxic> toxics) {
        for (Direction direction : Direction.values()) {
            relay.settings(relayed(direction), UdpSettings.of(toxics, direction));
        }
    }

    @Override
    public long receivedBytes(Direction direction) {
        return counters(direction).bytes(LinkEvent.SENT);
    }

    @Override
    public long sentBytes(Direction direction) {
        return counters(direction).bytes(LinkEvent.DELIVERED);
    }

    @Override
    public long datagrams(Direction direction, LinkEvent event) {
        return counters(direction).datagrams(event);
    }

    @Override
    public void close() {
        try {
            relay.close();
        } catch (UncheckedIOException e) {
            // The relay had failed before; now it is gone, which is what was asked for.
        }
        for (Direction direction : Direction.values()) {
            proxy.counters(direction).received(receivedBytes(direction));
            proxy.counters(direction).sent(sentBytes(direction));
            for (LinkEvent event : LinkEvent.values()) {
                proxy.counters(direction).datagrams(event, datagrams(direction, event));
            }
        }
    }

    private LinkCounters counters(Direction direction) {
        return relay.counters(relayed(direction));
    }

    private static UdpRelay.Direction relayed(Direction direction) {
        return direction == Direction.UPSTREAM ? UdpRelay.Direction.UPSTREAM : UdpRelay.Direction.DOWNSTREAM;
    }
}
