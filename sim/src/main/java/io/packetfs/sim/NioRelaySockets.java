package io.packetfs.sim;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** {@link RelaySockets} by Java's channels, which every platform has: a call for each datagram. */
final class NioRelaySockets implements RelaySockets {
    private static final int READ_BATCH = 64;
    private static final int DATAGRAM_BYTES_MAX = 65_536;

    /** The selector counts in milliseconds, so it only waits when the next deadline is further off than this. */
    private static final long SELECT_NS_MIN = 2_000_000;

    /** A parked thread does not see what comes, so it parks no longer than this. */
    private static final long PARK_NS_MAX = 50_000;

    /** A park overshoots by more than what is left when the deadline is nearer than this. */
    private static final long SPIN_NS = 20_000;

    private static final long NS_PER_MS = 1_000_000;

    private final Selector selector;
    private final Channel listening;
    private final InetSocketAddress address;
    private final ByteBuffer incoming = ByteBuffer.allocateDirect(DATAGRAM_BYTES_MAX);
    private final ByteBuffer outgoing = ByteBuffer.allocateDirect(DATAGRAM_BYTES_MAX);
    private final List<Channel> readable = new ArrayList<>();
    private final Content content =
            (offset, target, length) -> incoming.slice(offset, length).get(target, 0, length);

    private NioRelaySockets(InetSocketAddress listen) throws IOException {
        selector = Selector.open();
        try {
            listening = newChannel(listen);
            listening.channel.bind(listen);
            address = (InetSocketAddress) listening.channel.getLocalAddress();
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Binds the port that clients send to. */
    static RelaySockets bind(InetSocketAddress listen) throws IOException {
        return new NioRelaySockets(listen);
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public Socket listening() {
        return listening;
    }

    @Override
    public Socket connect(InetSocketAddress target) throws IOException {
        Channel channel = newChannel(target);
        try {
            channel.channel.connect(target);
            channel.peer = target;
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void await(long timeoutNs) throws IOException {
        if (selector.selectNow(this::onReadable) > 0 || timeoutNs <= 0) {
            return;
        }
        if (timeoutNs == Long.MAX_VALUE) {
            selector.select(this::onReadable);
        } else if (timeoutNs > SELECT_NS_MIN) {
            // A millisecond less, because the wait is rounded up and then overshoots.
            selector.select(this::onReadable, timeoutNs / NS_PER_MS - 1);
        } else if (timeoutNs > SPIN_NS) {
            LockSupport.parkNanos(Math.min(timeoutNs - SPIN_NS, PARK_NS_MAX));
        } else {
            Thread.onSpinWait();
        }
    }

    @Override
    public int receive(Receiver receiver) throws IOException {
        int count = 0;
        for (Channel channel : readable) {
            for (int i = 0; i < READ_BATCH && channel.isOpen(); i++) {
                incoming.clear();
                try {
                    InetSocketAddress source = (InetSocketAddress) channel.channel.receive(incoming);
                    if (source == null) {
                        break;
                    }
                    int length = incoming.position();
                    receiver.onDatagrams(channel, source, length, length, content);
                    count++;
                } catch (PortUnreachableException e) {
                    // The target's host refused an earlier datagram; that one was counted when it was sent.
                }
            }
        }
        readable.clear();
        return count;
    }

    @Override
    public void wakeUp() {
        selector.wakeup();
    }

    @Override
    public void close() {
        try (Selector closing = selector) {
            for (SelectionKey key : closing.keys()) {
                key.channel().close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close a relay's sockets", e);
        }
    }

    private void onReadable(SelectionKey key) {
        readable.add((Channel) key.attachment());
    }

    /** A channel of the family of {@code address}, that does not block, with as much buffer as the kernel grants. */
    private Channel newChannel(InetSocketAddress family) throws IOException {
        DatagramChannel channel = DatagramChannel.open(
                family.getAddress() instanceof Inet4Address
                        ? StandardProtocolFamily.INET
                        : StandardProtocolFamily.INET6);
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
            Channel opened = new Channel(channel);
            channel.register(selector, SelectionKey.OP_READ, opened);
            return opened;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** One socket. */
    private final class Channel implements Socket {
        private final DatagramChannel channel;
        /** Of a connected one. */
        private InetSocketAddress peer;

        Channel(DatagramChannel channel) {
            this.channel = channel;
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void send(InetSocketAddress to, Outbox datagrams, Fate fate) {
            for (int i = 0; i < datagrams.count(); i++) {
                RelayDatagram datagram = datagrams.get(i);
                fate.onEnd(datagram, send(to, datagram));
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot close a relay's socket", e);
            }
        }

        private LinkEvent send(InetSocketAddress to, RelayDatagram datagram) {
            outgoing.clear();
            outgoing.put(datagram.array, 0, datagram.length).flip();
            try {
                int sentBytes = peer != null ? channel.write(outgoing) : channel.send(outgoing, to);
                return sentBytes == 0 ? LinkEvent.OVERRUN : LinkEvent.DELIVERED;
            } catch (IOException e) {
                // Refused, closed by a rebinding, too large for the interface: on a network it is lost, and the relay
                // goes on.
                return LinkEvent.UNREACHABLE;
            }
        }
    }
}
