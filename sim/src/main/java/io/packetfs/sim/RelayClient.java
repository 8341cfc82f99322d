package io.packetfs.sim;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/**
 * Somebody who sent to a {@link UdpRelay}, with a socket of its own towards the target, so that the target tells the clients apart and
 * its answers find them. Owned by the relay's thread.
 */
final class RelayClient implements AutoCloseable {
    private final SocketAddress address;
    private final DatagramChannel upstream;

    private RelayClient(SocketAddress address, DatagramChannel upstream) {
        this.address = address;
        this.upstream = upstream;
    }

    static RelayClient open(SocketAddress address, InetSocketAddress target, Selector selector) throws IOException {
        DatagramChannel upstream = openChannel(target);
        try {
            upstream.connect(target);
            RelayClient client = new RelayClient(address, upstream);
            upstream.register(selector, SelectionKey.OP_READ, client);
            return client;
        } catch (IOException | RuntimeException e) {
            upstream.close();
            throw e;
        }
    }

    /** A channel of the family of {@code address}, that does not block, with as much buffer as the kernel grants. */
    static DatagramChannel openChannel(InetSocketAddress address) throws IOException {
        DatagramChannel channel = DatagramChannel.open(
                address.getAddress() instanceof Inet4Address
                        ? StandardProtocolFamily.INET
                        : StandardProtocolFamily.INET6);
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, UdpRelay.SOCKET_BUFFER_BYTES);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, UdpRelay.SOCKET_BUFFER_BYTES);
        return channel;
    }

    SocketAddress address() {
        return address;
    }

    DatagramChannel upstream() {
        return upstream;
    }

    /** What it was to send upstream is lost from now on. */
    @Override
    public void close() {
        try {
            upstream.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the socket of " + address, e);
        }
    }
}
