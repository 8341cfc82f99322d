package io.packetfs.sim;

import io.packetfs.linux.Linux;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * The duty cycle of a {@link UdpRelay}: wait for what comes or is due, decide about what has come, send what is due. All state belongs to
 * the one thread that runs it, except where a field says otherwise.
 */
final class RelayLoop implements Runnable {
    private final long startNs = System.nanoTime();
    private final InetSocketAddress target;
    private final LiveDirection upstream;
    private final LiveDirection downstream;
    private final RelaySockets sockets;
    private final UnderWay<RelayDatagram> underWay = new UnderWay<>(RelayDatagram::new, UdpRelay.UNDER_WAY_BYTES_MAX);
    /** In order of their last datagram, so that the first is the one longest silent. */
    private final LinkedHashMap<InetSocketAddress, RelayClient> clients = new LinkedHashMap<>(16, 0.75f, true);

    /** Whose socket towards the target it is; the socket that clients send to is not among them. */
    private final IdentityHashMap<RelaySockets.Socket, RelayClient> clientsBySocket = new IdentityHashMap<>();
    /** Those with something in an outbox. */
    private final List<RelayClient> dueClients = new ArrayList<>();

    private final RelaySockets.Receiver receiver = this::onDatagrams;
    private final RelaySockets.Fate fate = underWay::end;

    // Written by this thread, read by any.
    private volatile int clientCount;
    private volatile Exception failure;
    // Written by any thread, read by this one in each cycle.
    private volatile boolean stopped;
    private volatile boolean rebindWanted;

    /** The loop owns the sockets, and whoever makes one must run it, for only {@link #run} frees what it holds. */
    RelayLoop(RelaySockets sockets, InetSocketAddress target, LinkSettings settings, long seed) {
        this.sockets = sockets;
        this.target = target;
        upstream = new LiveDirection(RandomStream.seed(seed, 1), settings, LinkSettings.HEADER_BYTES);
        downstream = new LiveDirection(RandomStream.seed(seed, 2), settings, LinkSettings.HEADER_BYTES);
    }

    InetSocketAddress address() {
        return sockets.address();
    }

    LiveDirection direction(UdpRelay.Direction direction) {
        return direction == UdpRelay.Direction.UPSTREAM ? upstream : downstream;
    }

    int clientCount() {
        return clientCount;
    }

    void rebindClients() {
        rebindWanted = true;
        sockets.wakeUp();
    }

    /** The loop ends soon. To be called only while it runs. */
    void stop() {
        stopped = true;
        sockets.wakeUp();
    }

    void throwFailure() {
        Exception cause = failure;
        if (cause != null) {
            throw new UncheckedIOException(
                    "the relay from " + address() + " to " + target + " failed: " + cause.getMessage(),
                    cause instanceof IOException io ? io : new IOException(cause));
        }
    }

    @Override
    public void run() {
        try {
            if (Linux.isAvailable()) {
                Linux.polling().timerSlack(1);
            }
            while (!stopped) {
                dutyCycle();
            }
        } catch (IOException | RuntimeException e) {
            failure = e;
        }
    }

    /** To be called once, when {@link #run} has returned and nobody calls {@link #stop} or {@link #rebindClients} any more. */
    void free() {
        closeClients();
        sockets.close();
    }

    private void dutyCycle() throws IOException {
        if (rebindWanted) {
            rebindWanted = false;
            closeClients();
        }
        sockets.await(waitNs());
        int receivedCount = sockets.receive(receiver);
        sendDue(nowNs());
        if (receivedCount > 0) {
            clientCount = clients.size();
        }
    }

    /** Counted from the start, so that blackouts and logs start at 0. */
    private long nowNs() {
        return System.nanoTime() - startNs;
    }

    private long waitNs() {
        long nextNs = underWay.nextNs();
        return nextNs == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(nextNs - nowNs(), 0);
    }

    private void onDatagrams(
            RelaySockets.Socket socket,
            InetSocketAddress source,
            int length,
            int segmentBytes,
            RelaySockets.Content content)
            throws IOException {
        RelayClient answered = clientsBySocket.get(socket);
        RelayClient client = answered == null ? client(source) : answered;
        LiveDirection direction = answered == null ? upstream : downstream;
        // Read after they came, so that no delay is cut short.
        long nowNs = nowNs();
        for (int offset = 0; offset < length; offset += segmentBytes) {
            accept(nowNs, direction, client, content, offset, Math.min(segmentBytes, length - offset));
        }
    }

    private RelayClient client(InetSocketAddress source) throws IOException {
        RelayClient client = clients.get(source);
        if (client == null) {
            if (clients.size() == UdpRelay.CLIENTS_MAX) {
                close(clients.pollFirstEntry().getValue());
            }
            client = new RelayClient(source, sockets.connect(target));
            clients.put(source, client);
            clientsBySocket.put(client.upstream(), client);
        }
        return client;
    }

    /** Decides about one datagram; nothing depends on which others came in the same call. */
    private void accept(
            long nowNs,
            LiveDirection direction,
            RelayClient client,
            RelaySockets.Content content,
            int offset,
            int length) {
        if (direction.onDatagram(nowNs, length, EcnMarking.NOT_ECT) != LinkEvent.PASSED) {
            return;
        }
        Impairment impairment = direction.impairment();
        RelayDatagram datagram = underWay.take(direction, length);
        content.copy(offset, datagram.array, length);
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

    /** Each client's datagrams go out in their order; those of different clients have none between them. */
    private void sendDue(long nowNs) throws IOException {
        for (int i = 0; i < Outbox.DATAGRAMS_MAX; i++) {
            RelayDatagram datagram = underWay.pollDue(nowNs);
            if (datagram == null) {
                break;
            }
            RelayClient client = datagram.client;
            if (client.toTarget.count() + client.toClient.count() == 0) {
                dueClients.add(client);
            }
            (datagram.direction == upstream ? client.toTarget : client.toClient).add(datagram);
        }
        for (RelayClient client : dueClients) {
            client.upstream().send(target, client.toTarget, fate);
            client.toTarget.clear();
            sockets.listening().send(client.address(), client.toClient, fate);
            client.toClient.clear();
        }
        dueClients.clear();
    }

    private void closeClients() {
        clients.values().forEach(this::close);
        clients.clear();
        clientCount = 0;
    }

    private void close(RelayClient client) {
        clientsBySocket.remove(client.upstream());
        client.close();
    }
}
