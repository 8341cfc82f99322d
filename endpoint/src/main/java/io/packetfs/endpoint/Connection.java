package io.packetfs.endpoint;

import io.packetfs.blob.Landing;
import io.packetfs.blob.LandingException;
import io.packetfs.blob.SourceException;
import io.packetfs.protocol.GramLimits;
import io.packetfs.protocol.ReasonCode;
import io.packetfs.protocol.handshake.HandshakeResult;
import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.trace.Trace;
import java.net.InetSocketAddress;
import java.util.Locale;

/**
 * One connection: its life from handshake to close. What it does while connected is done by a {@link Session}.
 *
 * <p>Commands, for the application, on the agent's thread: {@link #trySend}, {@link #registerLanding}, {@link #releaseLanding}, {@link
 * #returnCredit}, {@link #awaitsPeer}, {@link #close}. Inputs and outputs, for the {@link Endpoint}: {@link #onPacket}, {@link #onDeadline}, {@link
 * #pollTransmit}, {@link #deadlineNs}. Memory is bounded by the limits of {@link EndpointConfig}.
 */
public final class Connection extends Timed {
    private final Endpoint endpoint;
    private final EndpointConfig config;
    private final int connectionId;
    private final PathValidator paths;
    private final PeerSilence silence;
    private final boolean initiator;
    private ConnectionListener listener;
    private ConnectionState state;
    private Session session;
    private Trace trace = Trace.NONE;
    private ConnectionTrace observer;
    private InitialSender initialSender;
    private Farewell farewell;
    private boolean blocked;
    boolean isReady;

    private Connection(Endpoint endpoint, int connectionId, InetSocketAddress peer, boolean initiator, long nowNs) {
        this.endpoint = endpoint;
        config = endpoint.config();
        this.connectionId = connectionId;
        paths = new PathValidator(peer, endpoint.entropy(), this::onAddressChanged);
        this.initiator = initiator;
        silence = new PeerSilence(nowNs, config.keepAlive(), endpoint.carriage().losesPackets());
        state = initiator ? ConnectionState.CONNECTING : ConnectionState.UNPROVEN;
    }

    static Connection initiator(
            Endpoint endpoint,
            InitialSender initialSender,
            InetSocketAddress peer,
            ConnectionListener listener,
            long nowNs) {
        Connection connection = new Connection(endpoint, initialSender.connectionId(), peer, true, nowNs);
        connection.initialSender = initialSender;
        connection.listener = listener;
        connection.startTrace(nowNs);
        return connection;
    }

    static Connection responder(Endpoint endpoint, int connectionId, InetSocketAddress peer, long nowNs) {
        return new Connection(endpoint, connectionId, peer, false, nowNs);
    }

    // commands

    /**
     * Queues a gram for sending.
     *
     * @return false if it was not taken: the connection is not connected, or too many grams wait and {@link
     *     ConnectionListener#onWritable} will tell when there is room
     * @throws IllegalArgumentException if the gram is larger than the peer takes, or its lane has carried grams of the other order
     */
    public boolean trySend(OutboundGram gram) {
        if (state != ConnectionState.CONNECTED || !session.trySend(endpoint.nowNs(), gram)) {
            return false;
        }
        endpoint.ready(this);
        return true;
    }

    /**
     * Offers memory for grams of the peer to land in, from now until {@link #releaseLanding}. The peer is told by the application.
     *
     * @param blobId 1 to 65,535, not in use on this connection
     */
    public void registerLanding(int blobId, Landing landing) {
        if (state != ConnectionState.CONNECTED) {
            throw new IllegalStateException("a landing is offered on a connection that is " + state);
        }
        session.assembler().registerLanding(blobId, landing);
    }

    /** Takes the offer back; grams of the peer that still point there end the connection. */
    public void releaseLanding(int blobId) {
        if (session != null) {
            session.assembler().releaseLanding(blobId);
        }
    }

    /** Gives the peer back the credit of a gram that was kept with {@link DeliveredGram#keepCredit()}. */
    public void returnCredit(int costBytes) {
        if (state == ConnectionState.CONNECTED) {
            session.returnCredit(endpoint.nowNs(), costBytes);
            endpoint.ready(this);
        }
    }

    /**
     * Says whether the application waits for something from the peer. While it does, and the peer is silent, the peer is told now and then
     * that this side is still there: it may be this side's address that has changed. Otherwise an idle connection is found again by its
     * keep-alive only, if it has one.
     */
    // spec: PTH-10
    public void awaitsPeer(boolean isAwaited) {
        silence.awaits(isAwaited);
        endpoint.ready(this);
    }

    /**
     * Ends the connection at once and tells the peer; what is not acknowledged may be lost. {@link ConnectionListener#onClosed} is
     * called before this returns. Does nothing if it has ended.
     *
     * @param reason {@link ReasonCode#NO_ERROR}, {@link ReasonCode#LOCAL_IO}, or a code from {@link ReasonCode#APPLICATION} on
     * @param message for people, at most 256 bytes of UTF-8; longer ones are cut
     */
    public void close(int reason, String message) {
        end(endpoint.nowNs(), reason, message, false);
        endpoint.ready(this);
    }

    // inputs

    /** Takes a PROTECTED packet whose header names this connection. */
    void onPacket(long nowNs, InetSocketAddress source, byte[] packet, int offset, int length, int ecn) {
        if (state == ConnectionState.CLOSING) {
            farewell.onPacket();
            return;
        }
        if (session == null || state == ConnectionState.CLOSED) {
            return;
        }
        if (session.receivePath().open(packet, offset, length)) {
            onOpened(nowNs, source, packet, offset, length, ecn);
        } else {
            onRefused(nowNs);
        }
    }

    /**
     * Takes packets that may go on where the last one, which ends at {@code offset}, has ended.
     *
     * @param bytes of that packet, and of each that is looked at
     * @param end of all of them
     * @return how many were taken, from the first on
     */
    int onMorePackets(long nowNs, InetSocketAddress source, byte[] packets, int offset, int bytes, int end, int ecn) {
        if (state != ConnectionState.CONNECTED) {
            return 0;
        }
        ReceivePath path = session.receivePath();
        int reason;
        try {
            reason = path.readRow(nowNs, packets, offset, bytes, end, ecn);
        } catch (LandingException e) {
            end(nowNs, ReasonCode.LOCAL_IO, e.getMessage(), false);
            return 0;
        }
        int count = path.rowCount();
        if (count > 0) {
            onRead(nowNs, reason);
        }
        if (!path.hasOpenedBeyondRow()) {
            return count;
        }
        if (!path.admitBeyondRow(bytes)) {
            onRefused(nowNs);
        } else if (state == ConnectionState.CONNECTED) {
            onOpened(nowNs, source, packets, offset + count * bytes, bytes, ecn);
        }
        return count + 1;
    }

    private void onRefused(long nowNs) {
        if (session.receivePath().isForgeryLimitReached()) {
            end(nowNs, ReasonCode.KEY_LIMIT, "too many forged packets", false); // spec: PRT-5
        } else if (!endpoint.carriage().losesPackets()) {
            end(nowNs, ReasonCode.CARRIER_LOST, "what came over the stream was damaged", false); // spec: TCP-2
        }
    }

    private void onOpened(long nowNs, InetSocketAddress source, byte[] packet, int offset, int length, int ecn) {
        ReceivePath path = session.receivePath();
        silence.onHeard(nowNs);
        if (state == ConnectionState.UNPROVEN) {
            onConnected(nowNs); // spec: HSK-7
            if (state != ConnectionState.CONNECTED) {
                return;
            }
        }
        if (paths.onPacket(source, length)) {
            paths.onElsewhere(nowNs, path.isNewest(packet, offset), session.probeTimeoutNs());
        }
        int reason;
        try {
            reason = path.read(nowNs, packet, offset, ecn);
        } catch (LandingException e) {
            end(nowNs, ReasonCode.LOCAL_IO, e.getMessage(), false);
            return;
        }
        onRead(nowNs, reason);
    }

    private void onRead(long nowNs, int reason) {
        ReceivePath path = session.receivePath();
        if (observer != null) {
            observer.onInput(nowNs);
        }
        if (reason != ReasonCode.NO_ERROR) {
            end(nowNs, reason, "", false);
        } else if (path.isClosedByPeer()) {
            end(nowNs, path.closeReason(), path.closeMessage(), true);
        }
    }

    /** The responder's answer to this initiator's INITIAL. Returns whether it was valid. */
    boolean onReply(long nowNs, byte[] array, int offset, int length) {
        if (state != ConnectionState.CONNECTING) {
            return false;
        }
        HandshakeResult result = initialSender.onReply(array, offset, length);
        if (result == null) {
            if (initialSender.isFailed()) {
                end(nowNs, ReasonCode.PROTOCOL_VIOLATION, "the peer's parameters are out of range", false);
            }
            return false;
        }
        silence.onHeard(nowNs);
        long rttNs = initialSender.rttNs(nowNs);
        initialSender = null;
        session = new Session(nowNs, this, endpoint, paths, result, rttNs);
        observe(nowNs);
        session.sendPath().ping(); // spec: HSK-8
        onConnected(nowNs);
        return true;
    }

    private void onConnected(long nowNs) {
        transition(ConnectionState.CONNECTED);
        if (session.isOfOtherBlob()) {
            end(nowNs, ReasonCode.BLOB_MISMATCH, "the two sides hold different common blobs", false); // spec: PAR-6
        } else {
            listener.onConnected(this);
        }
    }

    /** Responder: the handshake is done but for the proof of the peer's address. */
    void onAccepted(long nowNs, HandshakeResult result, ConnectionListener listener) {
        this.listener = listener;
        startTrace(nowNs);
        session = new Session(nowNs, this, endpoint, paths, result, 0);
        observe(nowNs);
    }

    /** Responder: the INITIAL came again. Returns whether this connection still waits for the proof of its address. spec: HSK-7 */
    boolean onInitialAgain(long nowNs) {
        if (state != ConnectionState.UNPROVEN) {
            return false;
        }
        silence.onHeard(nowNs);
        return true;
    }

    /** The carrier takes nothing more for the peer, or again. spec: TCP-7 */
    void onPeerBlocked(boolean isBlocked) {
        blocked = isBlocked;
        if (session != null) {
            session.sendPath().onPeerBlocked(isBlocked);
        }
    }

    /** The peer's stream has ended, and with it this connection. spec: TCP-8 */
    void onDisconnected(long nowNs, String cause) {
        switch (state) {
            case CONNECTING -> end(nowNs, ReasonCode.CARRIER_LOST, "no stream to " + peer() + ": " + cause, false);
            case UNPROVEN, CLOSING -> transition(ConnectionState.CLOSED);
            case CONNECTED ->
                end(nowNs, ReasonCode.CARRIER_LOST, "the stream with " + peer() + " has ended: " + cause, false);
            case CLOSED -> {}
        }
    }

    void onDeadline(long nowNs) {
        switch (state) {
            case CONNECTING -> onConnectDeadline(nowNs);
            case UNPROVEN -> {
                if (nowNs - silence.unprovenDeadlineNs() >= 0) {
                    transition(ConnectionState.CLOSED);
                }
            }
            case CONNECTED -> onSessionDeadline(nowNs);
            case CLOSING -> {
                if (farewell.onDeadline(nowNs)) {
                    transition(ConnectionState.CLOSED);
                }
            }
            case CLOSED -> {}
        }
    }

    private void onConnectDeadline(long nowNs) {
        if (nowNs - initialSender.startNs() >= config.connectTimeoutNs()) {
            end(nowNs, ReasonCode.CONNECT_TIMEOUT, "no answer from " + peer(), false);
        }
    }

    private void onSessionDeadline(long nowNs) {
        if (silence.isTimedOut(nowNs, session)) {
            end(nowNs, ReasonCode.IDLE_TIMEOUT, "nothing was heard from " + peer(), false);
            return;
        }
        if (nowNs - session.sendPath().answerDeadlineNs(session.idleTimeoutNs()) >= 0) {
            end(nowNs, ReasonCode.IDLE_TIMEOUT, "nothing was acknowledged by " + peer(), false);
            return;
        }
        paths.onDeadline(nowNs);
        session.sendPath().onDeadline(nowNs);
        if (observer != null) {
            observer.onInput(nowNs);
        }
        silence.onDeadline(nowNs, session);
    }

    // outputs

    /** Fills a train with what may be sent now. Returns whether it has something. */
    boolean pollTransmit(long nowNs, DatagramTrain train, int segmentsMax) {
        return switch (state) {
            case CONNECTING -> initialSender.pollTransmit(nowNs, train, paths.active());
            case CONNECTED -> transmit(nowNs, train, segmentsMax);
            case CLOSING -> !blocked && farewell.pollTransmit(nowNs, train, paths.active());
            case UNPROVEN, CLOSED -> false;
        };
    }

    private boolean transmit(long nowNs, DatagramTrain train, int segmentsMax) {
        try {
            SendPath path = session.sendPath();
            boolean some = path.pollPathPacket(nowNs, train, paths)
                    || path.pollTransmit(nowNs, train, paths.active(), segmentsMax);
            session.onTransmitted();
            if (observer != null && !some) {
                observer.onSendingStopped(nowNs);
            }
            return some;
        } catch (SourceException e) {
            end(nowNs, ReasonCode.LOCAL_IO, e.getMessage(), false);
            return pollTransmit(nowNs, train, segmentsMax);
        }
    }

    /** When {@link #onDeadline} or {@link #pollTransmit} has to be called next, in nanoseconds, or {@link Timed#NEVER}. */
    long deadlineNs(long nowNs) {
        return switch (state) {
            case CONNECTING ->
                Math.min(initialSender.deadlineNs(), initialSender.startNs() + config.connectTimeoutNs());
            case UNPROVEN -> silence.unprovenDeadlineNs();
            case CONNECTED -> {
                SendPath path = session.sendPath();
                long deadlineNs = Math.min(path.deadlineNs(nowNs), path.answerDeadlineNs(session.idleTimeoutNs()));
                yield Math.min(Math.min(deadlineNs, path.pathDeadlineNs(paths)), silence.deadlineNs(session));
            }
            case CLOSING -> farewell.deadlineNs();
            case CLOSED -> NEVER;
        };
    }

    // getters

    public ConnectionState state() {
        return state;
    }

    /** Where the peer is reached; it may change while the connection lasts. */
    public InetSocketAddress peer() {
        return paths.active();
    }

    /** Whether this side opened the connection. */
    public boolean isInitiator() {
        return initiator;
    }

    /** The id that the peer writes into its packets to this side. */
    public int connectionId() {
        return connectionId;
    }

    /** The largest gram that the peer takes; null before the handshake is done. */
    public GramLimits peerLimits() {
        return session == null ? null : session.peerLimits();
    }

    /** Counters at this moment; null before the handshake is done. */
    public ConnectionStats stats() {
        return session == null ? null : session.stats();
    }

    /** What became of changes of the peer's address, at this moment. */
    public PathStats pathStats() {
        return paths.stats();
    }

    /** Whether every gram that was offered has been acknowledged. */
    public boolean isSendIdle() {
        return session == null || session.sendPath().grams().isIdle();
    }

    void onGramAcknowledged(OutboundGram gram) {
        long nowNs = endpoint.nowNs();
        trace.onGramAcknowledged(nowNs, nowNs - gram.takenNs());
    }

    ConnectionListener listener() {
        return listener;
    }

    /** What it is made of since the handshake; null before. */
    Session session() {
        return session;
    }

    private void onAddressChanged(long nowNs, InetSocketAddress before, boolean isNewHost, long rttNs) {
        trace.onPeerAddress(nowNs, before, paths.active());
        session.sendPath().onAddressChanged(nowNs, isNewHost, rttNs);
    }

    private void end(long nowNs, int reason, String message, boolean byPeer) {
        if (state == ConnectionState.CLOSING || state == ConnectionState.CLOSED) {
            return;
        }
        boolean isPeerLost = reason == ReasonCode.IDLE_TIMEOUT || reason == ReasonCode.CARRIER_LOST;
        boolean tellPeer = state == ConnectionState.CONNECTED && !byPeer && !isPeerLost;
        ConnectionState before = state;
        if (session != null) {
            session.receivePath().end();
        }
        if (observer != null) {
            observer.onEnd(nowNs);
        }
        trace.onClosed(nowNs, reason, message, byPeer);
        if (tellPeer) {
            farewell = new Farewell(nowNs, session, endpoint.carriage().losesPackets(), reason, message);
            transition(ConnectionState.CLOSING);
        } else {
            transition(ConnectionState.CLOSED);
        }
        if (before != ConnectionState.UNPROVEN) {
            listener.onClosed(this, reason, message, byPeer);
        }
    }

    private void startTrace(long nowNs) {
        trace = endpoint.newTrace(connectionId, initiator);
        trace.onStarted(nowNs, connectionId, initiator, paths.active());
    }

    private void observe(long nowNs) {
        if (!trace.equals(Trace.NONE)) {
            observer = session.newTrace(trace, paths);
            observer.onConnected(nowNs);
        }
    }

    private static String name(ConnectionState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private void transition(ConnectionState next) {
        assert next.compareTo(state) > 0 : state + " to " + next;
        trace.onState(endpoint.nowNs(), name(state), name(next));
        state = next;
        endpoint.onTransition(this);
        if (next == ConnectionState.CLOSED) {
            trace.onGone(endpoint.nowNs());
        }
    }
}
