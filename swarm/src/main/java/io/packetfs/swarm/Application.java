package io.packetfs.swarm;

import io.packetfs.endpoint.Connection;
import io.packetfs.endpoint.ConnectionListener;
import io.packetfs.endpoint.ConnectionStats;
import io.packetfs.endpoint.DeliveredGram;
import io.packetfs.endpoint.OutboundGram;
import io.packetfs.protocol.ReasonCode;
import java.util.ArrayDeque;

/**
 * An application at one end of a connection: sends what it is given, reads what comes or, while it is stalled, does not, and notices
 * what must never happen.
 */
final class Application implements ConnectionListener {
    /** What {@link #closeReason} is before the end. */
    static final int NOT_CLOSED = -1;

    private final String name;
    private final VirtualPair pair;
    private final EndSettings settings;
    private final Flow outgoing;
    private final Flow incoming;
    private final ArrayDeque<OutboundGram> outbox = new ArrayDeque<>();
    private Connection connecting;
    private Connection connection;
    private boolean isClosed;
    private int closeReason = NOT_CLOSED;
    private boolean mayClose;
    private boolean wantsClose;
    private int stalls;
    private long keptBytes;

    Application(String name, VirtualPair pair, EndSettings settings, Flow outgoing, Flow incoming) {
        this.name = name;
        this.pair = pair;
        this.settings = settings;
        this.outgoing = outgoing;
        this.incoming = incoming;
    }

    /** It opens this connection. */
    void onConnecting(Connection connecting) {
        this.connecting = connecting;
    }

    /** Sends the next gram of a batch as soon as it can be. */
    void send(Supply supply) {
        outbox.add(outgoing.offer(supply));
        pump();
    }

    void beginStall() {
        stalls++;
    }

    void endStall() {
        stalls--;
        while (stalls == 0 && isConnected() && keptBytes > 0) {
            int bytes = (int) Math.min(keptBytes, Integer.MAX_VALUE);
            keptBytes -= bytes;
            connection.returnCredit(bytes);
        }
    }

    /** From now on the connection may end. */
    void mayClose() {
        mayClose = true;
    }

    /** Ends the connection, at the latest as soon as it is there. */
    void close() {
        wantsClose = true;
        Connection open = connection == null ? connecting : connection;
        if (open != null && !isClosed) {
            open.close(ReasonCode.NO_ERROR, "done");
        }
    }

    boolean isConnected() {
        return connection != null && !isClosed;
    }

    boolean isClosed() {
        return isClosed;
    }

    /** Whether it was ever connected. */
    boolean wasConnected() {
        return connection != null;
    }

    /** Why the connection has ended; {@link #NOT_CLOSED} if it has not, or never was one. */
    int closeReason() {
        return closeReason;
    }

    boolean isStalled() {
        return stalls > 0;
    }

    /**
     * Checks what must hold when everything is through, and nobody stalls.
     *
     * @param datagramsDamaged how many were damaged on their way here
     */
    void requireSettled(long datagramsDamaged) {
        require(outbox.isEmpty(), "grams were left behind");
        require(connection.isSendIdle(), "everything is acknowledged, but sending goes on");
        ConnectionStats stats = connection.stats();
        pair.say(name + ": " + stats.packetsSent() + " packets sent, " + stats.packetsLost() + " lost, "
                + stats.packetsSpurious() + " of those spurious, " + stats.packetsRetransmitted() + " with repairs, "
                + stats.packetsDuplicate() + " received twice, " + stats.packetsDiscarded() + " discarded");
        long discarded = stats.packetsDiscarded() - stats.packetsTooOld();
        require(
                discarded == 0 || datagramsDamaged > 0,
                "no datagram was damaged, and " + discarded + " packets were discarded that were not too old");
        long windowBytes = stats.creditWindowBytes();
        require(
                windowBytes >= settings.creditBytesInitial() && windowBytes <= settings.creditBytesMax(),
                "the credit window is " + windowBytes + " bytes");
        require(
                stats.gramsDelivered() == incoming.gramsDelivered(),
                stats.gramsDelivered() + " grams are counted as delivered, and " + incoming.gramsDelivered() + " were");
    }

    @Override
    public void onConnected(Connection connection) {
        requireOpen();
        require(this.connection == null, "connected twice");
        this.connection = connection;
        pair.onProgress();
        pair.say(name + " is connected");
        if (incoming.landing().sizeBytes() > 0) {
            connection.registerLanding(Flow.BLOB_ID, incoming.landing());
        }
        pump();
        if (wantsClose) {
            close();
        }
    }

    @Override
    public void onGramDelivered(Connection connection, DeliveredGram gram) {
        requireOpen();
        pair.onProgress();
        incoming.onDelivered(gram);
        if (stalls > 0) {
            keptBytes += gram.keepCredit();
            require(
                    keptBytes <= settings.creditBytesMax(),
                    "the peer had credit for " + keptBytes + " bytes that were not given back");
        }
    }

    @Override
    public void onGramAcknowledged(Connection connection, OutboundGram gram) {
        requireOpen();
        pair.onProgress();
        outgoing.onAcknowledged(gram);
    }

    @Override
    public void onWritable(Connection connection) {
        requireOpen();
        pump();
    }

    @Override
    public void onClosed(Connection connection, int reason, String message, boolean byPeer) {
        if (this.connection == null && !mayClose && !connection.isInitiator()) {
            return; // one that was never proven, as a repeated INITIAL may make
        }
        requireOpen();
        pair.say(name + " is closed" + (byPeer ? " by the peer: " : ": ") + ReasonCode.name(reason)
                + (message.isEmpty() ? "" : ", " + message));
        require(mayClose, "closed: " + ReasonCode.name(reason) + " " + message);
        isClosed = true;
        closeReason = reason;
        pair.onProgress();
    }

    private void pump() {
        while (isConnected() && !outbox.isEmpty() && connection.trySend(outbox.element())) {
            outgoing.onTaken(outbox.remove());
        }
    }

    private void requireOpen() {
        require(!isClosed, "called after onClosed");
    }

    private void require(boolean holds, String what) {
        if (!holds) {
            throw new ScenarioFailure(name + ": " + what);
        }
    }
}
