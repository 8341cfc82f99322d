package io.packetfs.records;

import io.packetfs.protocol.Ticket;
import io.packetfs.protocol.handshake.TicketSecrets;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * Takes connections of whoever holds its ticket. Connections that nobody has accepted wait here, at most {@link GramConfig#acceptsMax} of
 * them. Any thread may use it.
 */
public final class GramListener implements AutoCloseable {
    private final AgentLoop loop;
    private final TicketSecrets secrets;
    private final Ticket ticket;
    private final Mailbox<GramConnection> waiting;

    GramListener(AgentLoop loop, TicketSecrets secrets, Ticket ticket) {
        this.loop = loop;
        this.secrets = secrets;
        this.ticket = ticket;
        waiting = new Mailbox<>(loop.config().acceptsMax());
    }

    /** What {@link GramEndpoint#connect(String)} takes: the addresses, the public key and the secret. Whoever holds it can connect. */
    public String ticket() {
        return ticket.encode();
    }

    /** Waits for a connection; null when this listener, or its endpoint, was closed. */
    public GramConnection accept() throws InterruptedException {
        requireNotAgent();
        return waiting.take();
    }

    /**
     * As {@link #accept()}, for a limited time.
     *
     * @throws TimeoutException if nobody came in time
     */
    public GramConnection accept(Duration timeout) throws InterruptedException, TimeoutException {
        requireNotAgent();
        return waiting.take(timeout.toNanos());
    }

    /** A connection that waits to be accepted; null if there is none. */
    public GramConnection tryAccept() {
        return waiting.poll();
    }

    /** Takes no new connections. Those that were made go on, and those that wait can still be accepted. */
    @Override
    public void close() {
        loop.execute(this::end);
    }

    // the agent's

    void start() {
        if (loop.isGone()) {
            waiting.end();
            return;
        }
        loop.add(this);
        loop.endpoint().listen(secrets, connection -> new GramConnection(loop, loop.config(), this::onOpened).events());
    }

    void end() {
        waiting.end();
        loop.remove(this);
        loop.endpoint().endListening(secrets.ticketId());
    }

    private void onOpened(GramConnection connection) {
        if (!waiting.offer(connection)) {
            connection.closeNow(
                    GramException.BUSY, loop.config().acceptsMax() + " connections wait to be accepted already");
        }
    }

    private void requireNotAgent() {
        if (loop.isAgentThread()) {
            throw new IllegalStateException("accept waits, and was called on the endpoint's thread");
        }
    }
}
