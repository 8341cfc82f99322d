package io.packetfs.records;

import io.packetfs.endpoint.Connection;
import io.packetfs.endpoint.ConnectionListener;
import io.packetfs.endpoint.DeliveredGram;
import io.packetfs.endpoint.OutboundGram;
import io.packetfs.protocol.ReasonCode;
import io.packetfs.protocol.Ticket;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * An attempt to reach the issuer of a ticket: at its addresses one after another, a moment apart, without giving up the earlier ones; who
 * answers first is it. Belongs to the agent's thread.
 */
final class ConnectAttempt {
    private static final long STAGGER_NS = 250_000_000;

    private final AgentLoop loop;
    private final Ticket ticket;
    private final CompletableFuture<GramConnection> result;
    private final List<GramConnection> tries = new ArrayList<>();
    private final List<InetSocketAddress> addresses;
    private final long startNs;
    private long nextTryNs;
    private int failedCount;

    ConnectAttempt(AgentLoop loop, Ticket ticket, CompletableFuture<GramConnection> result) {
        this.loop = loop;
        this.ticket = ticket;
        this.result = result;
        addresses = ticket.addresses();
        startNs = loop.nowNs();
        nextTryNs = startNs;
    }

    /** Tries the next address when it is time; returns whether the attempt is over. */
    boolean onTick(long nowNs) {
        if (!result.isDone()
                && nowNs - startNs >= loop.config().connectTimeout().toNanos()) {
            fail(new GramException(ReasonCode.CONNECT_TIMEOUT, "no answer from " + addresses, false));
        }
        if (result.isDone()) {
            endOthers();
            return true;
        }
        if (tries.size() < addresses.size() && nowNs - nextTryNs >= 0) {
            tryNext(nowNs);
        }
        return false;
    }

    long deadlineNs() {
        long lastNs = startNs + loop.config().connectTimeout().toNanos();
        return tries.size() < addresses.size() ? Math.min(nextTryNs, lastNs) : lastNs;
    }

    void fail(GramException cause) {
        result.completeExceptionally(cause);
    }

    private void tryNext(long nowNs) {
        nextTryNs = nowNs + STAGGER_NS;
        GramConnection connection = new GramConnection(loop, loop.config(), this::onOpened);
        InetSocketAddress address = addresses.get(tries.size());
        tries.add(connection);
        connection.connection(loop.endpoint().connect(nowNs, address, ticket, new Watch(connection.events(), address)));
    }

    private void onOpened(GramConnection connection) {
        if (!result.complete(connection)) {
            connection.closeNow(ReasonCode.NO_ERROR, "another address answered first, or nobody waits any more");
        }
    }

    /** Those that have not answered, or after another. */
    private void endOthers() {
        GramConnection chosen = result.isCompletedExceptionally() ? null : result.getNow(null);
        for (GramConnection connection : tries) {
            if (!connection.equals(chosen)) {
                connection.closeNow(ReasonCode.NO_ERROR, "");
            }
        }
    }

    /** Sees attempts fail, and hands everything on. */
    private final class Watch implements ConnectionListener {
        private final ConnectionListener events;
        private final InetSocketAddress address;
        private boolean connected;

        Watch(ConnectionListener events, InetSocketAddress address) {
            this.events = events;
            this.address = address;
        }

        @Override
        public void onConnected(Connection connection) {
            connected = true;
            events.onConnected(connection);
        }

        @Override
        public void onGramDelivered(Connection connection, DeliveredGram gram) {
            events.onGramDelivered(connection, gram);
        }

        @Override
        public void onGramAcknowledged(Connection connection, OutboundGram gram) {
            events.onGramAcknowledged(connection, gram);
        }

        @Override
        public void onWritable(Connection connection) {
            events.onWritable(connection);
        }

        @Override
        public void onClosed(Connection connection, int reason, String message, boolean byPeer) {
            events.onClosed(connection, reason, message, byPeer);
            if (!connected && ++failedCount == addresses.size()) {
                fail(new GramException(reason, "cannot connect to " + address + ": " + message, byPeer));
            }
            nextTryNs = loop.nowNs();
        }
    }
}
