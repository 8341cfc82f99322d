package io.packetfs.records;

import io.packetfs.protocol.ReasonCode;
import io.packetfs.protocol.Ticket;
import io.packetfs.protocol.TicketException;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.protocol.crypto.Entropy;
import io.packetfs.protocol.handshake.TicketSecrets;
import io.packetfs.protocol.port.DatagramPort;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Where records come from and go to: a port, the engine on it, and the thread that runs both. It listens, connects, or does both, for any
 * number of connections. Any thread may use it.
 *
 * <pre>{@code
 * try (GramEndpoint endpoint = GramEndpoint.over(NettyUdpPort.open(NettyUdpPortConfig.on(new InetSocketAddress(0))));
 *         GramConnection connection = endpoint.connect(ticket)) {
 *     connection.lane(0).offer(record);
 * }
 * }</pre>
 */
public final class GramEndpoint implements AutoCloseable {
    /** How long a closed endpoint goes on saying so to its peers. */
    private static final long LINGER_NS = 1_000_000_000;

    private static final long POLL_MS = 5;

    private final AgentLoop loop;
    private final Entropy entropy;

    private GramEndpoint(AgentLoop loop, Entropy entropy) {
        this.loop = loop;
        this.entropy = entropy;
    }

    /** As {@link #over(DatagramPort, GramConfig)}, with {@link GramConfig#defaults}. */
    public static GramEndpoint over(DatagramPort port) {
        return over(port, GramConfig.defaults());
    }

    /**
     * Starts an endpoint, with a thread of its own.
     *
     * @param port the endpoint's from now on, which closes it
     */
    public static GramEndpoint over(DatagramPort port, GramConfig config) {
        SecureRandom random = new SecureRandom();
        AgentLoop loop = new AgentLoop(port, config, System::nanoTime, random::nextBytes);
        loop.start();
        return new GramEndpoint(loop, random::nextBytes);
    }

    /** An endpoint without a thread, for virtual time: nothing happens but in {@link #poll}, and calls that wait would wait for ever. */
    static GramEndpoint polled(DatagramPort port, GramConfig config, LongSupplier nanoClock, Entropy entropy) {
        return new GramEndpoint(new AgentLoop(port, config, nanoClock, entropy), entropy);
    }

    int poll() {
        return loop.poll();
    }

    long deadlineNs() {
        return loop.deadlineNs();
    }

    /** The address of the port. */
    public InetSocketAddress localAddress() {
        return loop.port().localAddress();
    }

    /**
     * Listens under a new ticket, which names the address of the port.
     *
     * @throws IllegalStateException if the port is bound to all addresses: then nobody knows which of them peers can reach
     */
    public GramListener listen() {
        InetSocketAddress address = localAddress();
        if (address.getAddress().isAnyLocalAddress()) {
            throw new IllegalStateException(
                    "the port is bound to " + address + ", which tells a peer nothing; say which addresses reach it");
        }
        return listen(List.of(address));
    }

    /**
     * Listens under a new ticket.
     *
     * @param addresses 1 to 16, at which peers reach the port
     */
    public GramListener listen(List<InetSocketAddress> addresses) {
        TicketSecrets secrets = TicketSecrets.generate(entropy, CipherSuite.AES_256_GCM, false);
        GramListener listener = new GramListener(loop, secrets, secrets.ticket(addresses));
        loop.execute(listener::start);
        if (loop.isGone()) {
            throw new IllegalStateException("the endpoint is closed");
        }
        return listener;
    }

    /**
     * Connects to a ticket's issuer, and waits for that.
     *
     * @throws IllegalArgumentException if it is no ticket
     * @throws GramException if nobody answers within {@link GramConfig#connectTimeout}
     */
    public GramConnection connect(String ticket) throws InterruptedException, GramException {
        if (loop.isAgentThread()) {
            throw new IllegalStateException("connect waits, and was called on the endpoint's thread");
        }
        CompletableFuture<GramConnection> result = connectAsync(ticket);
        try {
            return result.get();
        } catch (InterruptedException e) {
            if (!result.cancel(false) && !result.isCompletedExceptionally()) {
                result.join().abort("interrupted while connecting");
            }
            loop.port().wakeup();
            throw e;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof GramException cause
                    ? cause.here()
                    : new GramException(ReasonCode.INTERNAL, e.getCause().toString(), false);
        }
    }

    /**
     * As {@link #connect}, without waiting. Cancelling the future gives the attempt up.
     *
     * @return completes on the endpoint's thread, with {@link GramException} if nobody answers
     */
    public CompletableFuture<GramConnection> connectAsync(String ticket) {
        Ticket parsed;
        try {
            parsed = Ticket.parse(ticket);
        } catch (TicketException e) {
            throw new IllegalArgumentException("not a ticket: " + e.getMessage(), e);
        }
        CompletableFuture<GramConnection> result = new CompletableFuture<>();
        loop.execute(() -> {
            if (!loop.isGone()) {
                loop.add(new ConnectAttempt(loop, parsed, result));
            } else {
                result.completeExceptionally(closed());
            }
        });
        if (loop.isGone()) {
            result.completeExceptionally(closed());
        }
        return result;
    }

    /**
     * Takes no more connections, closes those there are in good order, all at once and within {@link GramConfig#closeTimeout}, and ends the
     * thread and the port. When it returns, nothing of the endpoint runs any more. An interrupt makes it give up what is not acknowledged.
     *
     * @throws GramException if not every record that was offered is known to have arrived
     */
    @Override
    public void close() throws GramException {
        if (loop.isAgentThread()) {
            throw new IllegalStateException("close waits, and was called on the endpoint's thread");
        }
        GramException failure = null;
        boolean interrupted = false;
        try {
            failure = closeConnections();
            awaitFarewells();
        } catch (InterruptedException e) {
            interrupted = true;
            failure = new GramException(GramException.ABORTED, "interrupted while closing", false);
        }
        try {
            loop.stop();
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw failure;
        }
    }

    private GramException closeConnections() throws InterruptedException {
        CompletableFuture<List<GramConnection>> all = new CompletableFuture<>();
        loop.execute(() -> {
            loop.listeners().forEach(GramListener::end);
            all.complete(loop.connections());
        });
        if (loop.isGone()) {
            return null;
        }
        List<GramConnection> connections = all.join();
        List<CompletableFuture<Void>> ends =
                connections.stream().map(GramConnection::closeAsync).toList();
        long deadlineNs = System.nanoTime() + loop.config().closeTimeout().toNanos();
        GramException failure = null;
        for (int i = 0; i < ends.size(); i++) {
            try {
                ends.get(i).get(Math.max(0, deadlineNs - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                String message = "not all records were acknowledged within "
                        + loop.config().closeTimeout();
                connections.get(i).abort(message);
                failure = new GramException(GramException.ABORTED, message, false);
            } catch (ExecutionException e) {
                failure = ((GramException) e.getCause()).here();
            }
        }
        return failure;
    }

    /** Peers that did not hear of the end ask what there is, for a moment. */
    private void awaitFarewells() throws InterruptedException {
        long deadlineNs = System.nanoTime() + LINGER_NS;
        while (System.nanoTime() - deadlineNs < 0 && !loop.isGone()) {
            CompletableFuture<Integer> left = new CompletableFuture<>();
            loop.execute(() -> left.complete(loop.endpoint().connectionCount()));
            if (loop.isGone() || left.join() == 0) {
                return;
            }
            Thread.sleep(POLL_MS);
        }
    }

    private static GramException closed() {
        return new GramException(GramException.ABORTED, "the endpoint is closed", false);
    }
}
