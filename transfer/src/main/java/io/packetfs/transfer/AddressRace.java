package io.packetfs.transfer;

import io.packetfs.endpoint.Connection;
import io.packetfs.endpoint.ConnectionListener;
import io.packetfs.endpoint.DeliveredGram;
import io.packetfs.endpoint.OutboundGram;
import io.packetfs.protocol.ReasonCode;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Tries the addresses of a ticket, each a little after the one before, and gives the session the first connection that comes about (the
 * idea of RFC 8305). So an address that leads nowhere costs a moment, not the whole time-out. Called on the agent's thread.
 */
public final class AddressRace {
    /** Between one attempt and the next. RFC 8305, section 8. */
    private static final long ATTEMPT_INTERVAL_NS = 250_000_000L;

    /** Opens a connection to one address. */
    @FunctionalInterface
    public interface Connector {
        Connection connect(InetSocketAddress address, ConnectionListener listener);
    }

    private final List<InetSocketAddress> addresses;
    private final Connector connector;
    private final TransferSession session;
    private final long timeoutNs;
    private final String advice;
    private final List<Connection> attempts = new ArrayList<>();
    private long startNs;
    private long nextAttemptNs;
    private int nextAddress;
    private int refusals;
    private Connection winner;
    private boolean over;

    /**
     * A race that has not begun.
     *
     * @param timeoutNs nanoseconds for all addresses together
     * @param advice what else may be wrong when nobody answers, the end of a sentence; or nothing
     */
    public AddressRace(
            List<InetSocketAddress> addresses,
            Connector connector,
            TransferSession session,
            long timeoutNs,
            String advice) {
        this.advice = advice.isEmpty() ? "" : ", " + advice;
        this.addresses = List.copyOf(addresses);
        this.connector = connector;
        this.session = session;
        this.timeoutNs = timeoutNs;
    }

    public void start(long nowNs) {
        startNs = nowNs;
        nextAttemptNs = nowNs;
        onTick(nowNs);
    }

    /** Looks at the time; called a few times in a second. */
    public void onTick(long nowNs) {
        if (over) {
            return;
        }
        if (nowNs - startNs >= timeoutNs) {
            fail("nobody answered at " + names() + " within " + timeoutNs / 1_000_000 + " ms");
            return;
        }
        if (nextAddress < addresses.size() && nowNs - nextAttemptNs >= 0) {
            nextAttemptNs = nowNs + ATTEMPT_INTERVAL_NS;
            attempts.add(connector.connect(addresses.get(nextAddress++), new Runner()));
        }
    }

    /** Gives up without a word. */
    public void cancel() {
        if (!over) {
            over = true;
            closeAllBut(null);
        }
    }

    private void win(Connection connection) {
        over = true;
        winner = connection;
        closeAllBut(connection);
        session.onConnected(connection);
    }

    private void fail(String message) {
        over = true;
        closeAllBut(null);
        session.end(Failure.of(
                FailureKind.CANNOT_CONNECT,
                message + ": either no receiver is reachable there, or the ticket is not the one it has given out"
                        + advice));
    }

    private void closeAllBut(Connection kept) {
        for (Connection attempt : attempts) {
            if (attempt != kept) {
                attempt.close(ReasonCode.NO_ERROR, "");
            }
        }
    }

    private String names() {
        List<String> names = new ArrayList<>();
        addresses.forEach(address -> names.add(address.getAddress().getHostAddress() + " port " + address.getPort()));
        return String.join(", ", names);
    }

    /** Listens for one attempt, and for the session once its connection has won. */
    private final class Runner implements ConnectionListener {
        @Override
        public void onConnected(Connection connection) {
            if (over) {
                connection.close(ReasonCode.NO_ERROR, "");
            } else {
                win(connection);
            }
        }

        @Override
        public void onGramDelivered(Connection connection, DeliveredGram gram) {
            if (connection == winner) {
                session.onGramDelivered(connection, gram);
            }
        }

        @Override
        public void onGramAcknowledged(Connection connection, OutboundGram gram) {
            if (connection == winner) {
                session.onGramAcknowledged(connection, gram);
            }
        }

        @Override
        public void onWritable(Connection connection) {
            if (connection == winner) {
                session.onWritable(connection);
            }
        }

        @Override
        public void onClosed(Connection connection, int reason, String message, boolean byPeer) {
            if (connection == winner) {
                session.onClosed(connection, reason, message, byPeer);
            } else if (!over && reason == ReasonCode.BLOB_MISMATCH) {
                // Whoever holds the ticket is there, at whichever address, and does not fit.
                over = true;
                closeAllBut(null);
                session.end(CloseReasons.failure(reason, message, byPeer, "receiver"));
            } else if (!over && reason == ReasonCode.CARRIER_LOST && ++refusals == addresses.size()) {
                fail("nobody listens at " + names() + " (" + Texts.printable(message) + ")");
            } else if (!over) {
                // This one is out; the next need not wait for its turn.
                nextAttemptNs = startNs;
            }
        }
    }
}
