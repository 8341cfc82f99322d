package io.packetfs.sim;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.LinkedHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The duty cycle of a {@link UdpRelay}: read what has come, decide, send what is due, wait for either. All state belongs to the one
 * thread that runs it, except where a field says otherwise.
 */
final class RelayLoop implements Runnable {
    private static final int READ_BATCH = 64;
    private static final int SEND_BATCH = 64;
    private static final int DATAGRAM_BYTES_MAX = 65_536;

    /** The selector counts in milliseconds, so it only waits when the next deadline is further off than this. */
    private static final long SELECT_NS_MIN = 2_000_000;

    /** A parked thread does not see what comes, so it parks no longer than this. */
    private static final long PARK_NS_MAX = 50_000;

    /** A park overshoots by more than what is left when the deadline is nearer than this. */
    private static final long SPIN_NS = 20_000;

    private static final long NS_PER_MS = 1_000_000;

    private final long startNs = System.nanoTime();
    private final InetSocketAddress target;
    private final LiveDirection upstream;
    private final LiveDirection downstream;
    private final Selector selector;
    private final DatagramChannel listening;
    private final InetSocketAddress address;
    private final Consumer<SelectionKey> onReadable = this::onReadable;
    private final UnderWay<RelayDatagram> underWay = new UnderWay<>(RelayDatagram::new, UdpRelay.UNDER_WAY_BYTES_MAX);
    private final ByteBuffer incoming = ByteBuffer.allocateDirect(DATAGRAM_BYTES_MAX);
    private final ByteBuffer outgoing = ByteBuffer.allocateDirect(DATAGRAM_BYTES_MAX);
    /** In order of their last datagram, so that the first is the one longest silent. */
    private final LinkedHashMap<SocketAddress, RelayClient> clients = new LinkedHashMap<>(16, 0.75f, true);

    // Written by this thread, read by any.
    private volatile int clientCount;
    private volatile Exception failure;
    // Written by any thread, read by this one in each cycle.
    private volatile boolean stopped;
    private volatile boolean rebindWanted;

    private RelayLoop(DatagramChannel listening, InetSocketAddress target, LinkSettings settings, long seed)
            throws IOException {
        this.listening = listening;
        this.target = target;
        upstream = new LiveDirection(RandomStream.seed(seed, 1), settings, LinkSettings.HEADER_BYTES);
        downstream = new LiveDirection(RandomStream.seed(seed, 2), settings, LinkSettings.HEADER_BYTES);
        address = (InetSocketAddress) listening.getLocalAddress();
        selector = Selector.open();
        listening.register(selector, SelectionKey.OP_READ);
    }

    /** Binds the port; whoever opens a loop must run it, for only {@link #run} frees what it holds. */
    static RelayLoop open(InetSocketAddress listen, InetSocketAddress target, LinkSettings settings, long seed)
            throws IOException {
        DatagramChannel listening = RelayClient.openChannel(listen);
        try {
            listening.bind(listen);
            return new RelayLoop(listening, target, settings, seed);
        } catch (IOException | RuntimeException e) {
            listening.close();
            throw e;
        }
    }

    InetSocketAddress address() {
        return address;
    }

    LiveDirection direction(UdpRelay.Direction direction) {
        return direction == UdpRelay.Direction.UPSTREAM ? upstream : downstream;
    }

    int clientCount() {
        return clientCount;
    }

    void rebindClients() {
        rebindWanted = true;
        selector.wakeup();
    }

    void stop() {
        stopped = true;
        selector.wakeup();
    }

    void throwFailure() {
        Exception cause = failure;
        if (cause != null) {
            throw new UncheckedIOException(
                    "the relay from " + address + " to " + target + " failed: " + cause.getMessage(),
                    cause instanceof IOException io ? io : new IOException(cause));
        }
    }

    @Override
    public void run() {
        try (selector;
                listening) {
            while (!stopped) {
                dutyCycle();
            }
        } catch (IOException | RuntimeException e) {
            failure = e;
        } finally {
            closeClients();
        }
    }

    private void dutyCycle() throws IOException {
        if (rebindWanted) {
            rebindWanted = false;
            closeClients();
        }
        int readableCount = selector.selectNow(onReadable);
        int sentCount = sendDue(nowNs());
        if (readableCount + sentCount == 0) {
            waitForWork(nowNs());
        }
    }

    /** Counted from the start, so that blackouts and logs start at 0. */
    private long nowNs() {
        return System.nanoTime() - startNs;
    }

    private void waitForWork(long nowNs) throws IOException {
        long nextNs = underWay.nextNs();
        if (nextNs == Long.MAX_VALUE) {
            selector.select(onReadable);
            return;
        }
        long waitNs = nextNs - nowNs;
        if (waitNs > SELECT_NS_MIN) {
            // A millisecond less, because the wait is rounded up and then overshoots.
            selector.select(onReadable, waitNs / NS_PER_MS - 1);
        } else if (waitNs > SPIN_NS) {
            LockSupport.parkNanos(Math.min(waitNs - SPIN_NS, PARK_NS_MAX));
        } else {
            Thread.onSpinWait();
        }
    }

    private void onReadable(SelectionKey key) {
        try {
            if (key.attachment() instanceof RelayClient client) {
                readFromTarget(client);
            } else {
                readFromClients();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void readFromClients() throws IOException {
        for (int i = 0; i < READ_BATCH; i++) {
            incoming.clear();
            SocketAddress source = listening.receive(incoming);
            if (source == null) {
                return;
            }
            incoming.flip();
            accept(upstream, client(source));
        }
    }

    private void readFromTarget(RelayClient client) throws IOException {
        for (int i = 0; i < READ_BATCH && client.upstream().isOpen(); i++) {
            incoming.clear();
            try {
                if (client.upstream().read(incoming) <= 0) {
                    return;
                }
            } catch (PortUnreachableException e) {
                // The target's host refused an earlier datagram; that one was counted when it was sent.
                continue;
            }
            incoming.flip();
            accept(downstream, client);
        }
    }

    private RelayClient client(SocketAddress source) throws IOException {
        RelayClient client = clients.get(source);
        if (client == null) {
            if (clients.size() == UdpRelay.CLIENTS_MAX) {
                clients.pollFirstEntry().getValue().close();
            }
            client = RelayClient.open(source, target, selector);
            clients.put(source, client);
            clientCount = clients.size();
        }
        return client;
    }

    /** Decides about the datagram in {@link #incoming}. The clock is read after it came, so that no delay is cut short. */
    private void accept(LiveDirection direction, RelayClient client) {
        int length = incoming.remaining();
        if (length == 0 || direction.onDatagram(nowNs(), length, EcnMarking.NOT_ECT) != LinkEvent.PASSED) {
            return;
        }
        Impairment impairment = direction.impairment();
        RelayDatagram datagram = underWay.take(direction, length);
        incoming.get(datagram.array, 0, length);
        datagram.length = impairment.length();
        datagram.client = client;
        impairment.damage(datagram.memory);
        if (impairment.isDuplicated()) {
            RelayDatagram twin = underWay.copyOf(datagram);
            twin.client = client;
            underWay.hold(twin, impairment.arrivalNs());
        }
        underWay.hold(datagram, impairment.arrivalNs());
    }

    private int sendDue(long nowNs) {
        int count = 0;
        while (count < SEND_BATCH) {
            RelayDatagram datagram = underWay.pollDue(nowNs);
            if (datagram == null) {
                break;
            }
            underWay.end(datagram, send(datagram));
            count++;
        }
        return count;
    }

    private LinkEvent send(RelayDatagram datagram) {
        outgoing.clear();
        outgoing.put(datagram.array, 0, datagram.length).flip();
        RelayClient client = datagram.client;
        try {
            int sentBytes = datagram.direction == upstream
                    ? client.upstream().write(outgoing)
                    : listening.send(outgoing, client.address());
            return sentBytes == 0 ? LinkEvent.OVERRUN : LinkEvent.DELIVERED;
        } catch (IOException e) {
            // Refused, closed by a rebinding, too large for the interface: on a network it is lost, and the relay goes
            // on.
            return LinkEvent.UNREACHABLE;
        }
    }

    private void closeClients() {
        for (RelayClient client : clients.values()) {
            client.close();
        }
        clients.clear();
        clientCount = 0;
    }
}
