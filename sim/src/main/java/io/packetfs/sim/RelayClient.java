package io.packetfs.sim;

import java.net.InetSocketAddress;

/**
 * Somebody who sent to a {@link UdpRelay}, with a socket of its own towards the target, so that the target tells the clients apart and
 * its answers find them. Owned by the relay's thread.
 */
final class RelayClient implements AutoCloseable {
    /** Due on the way to the target, and on the way back. */
    final Outbox toTarget = new Outbox();

    final Outbox toClient = new Outbox();
    private final InetSocketAddress address;
    private final RelaySockets.Socket upstream;

    RelayClient(InetSocketAddress address, RelaySockets.Socket upstream) {
        this.address = address;
        this.upstream = upstream;
    }

    InetSocketAddress address() {
        return address;
    }

    RelaySockets.Socket upstream() {
        return upstream;
    }

    /** What it was to send upstream is lost from now on. */
    @Override
    public void close() {
        upstream.close();
    }
}
