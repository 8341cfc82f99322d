package io.packetfs.endpoint;

import io.packetfs.ackwindow.Flight;
import io.packetfs.ackwindow.PathMtuSearch;
import io.packetfs.blob.BlobSource;
import io.packetfs.protocol.GramLimits;
import io.packetfs.protocol.TransportParameters;
import io.packetfs.protocol.handshake.HandshakeResult;
import io.packetfs.protocol.trace.Trace;

/**
 * What a connection is made of once both sides have keys: the sending and the receiving half, the grams in both directions, and their
 * credit. Built once per connection; it wires parts together and has no rules of its own.
 */
final class Session {
    private final Connection connection;
    private final SessionParts parts;
    private final SendCredit sendCredit;
    private final SendPath sendPath;
    private final ReceivePath receivePath;
    private final DeliveredGram delivered = new DeliveredGram();
    private final long idleTimeoutNs;
    private final boolean isOfOtherBlob;
    private long keptAliveNs;
    private long gramsSent;
    private boolean writableWanted;

    /**
     * @param rttNs the round trip of the handshake, or 0 if it is not known
     */
    Session(
            long nowNs,
            Connection connection,
            Endpoint endpoint,
            PathValidator paths,
            HandshakeResult handshake,
            long rttNs) {
        this.connection = connection;
        EndpointConfig config = endpoint.config();
        TransportParameters peer = handshake.peer();
        Carriage carriage = endpoint.carriage();
        PathMtuSearch packetSizes = carriage.newPacketSizes(config, peer.datagramBytesMax());
        ReceiveCredit receiveCredit =
                new ReceiveCredit(config.creditBytesInitial(), config.creditBytesMax(), config.gramCostBytesMax());
        parts = new SessionParts(
                handshake.sealer(),
                handshake.opener(),
                peer,
                carriage.newFlight(
                        packetSizes.datagramBytes(), config, endpoint.random(), peer.ackDelayMaxUs() * 1_000L),
                carriage.newReceiveWindow(config.ackDelayMaxUs() * 1_000L),
                carriage.newAckPolicy(),
                receiveCredit,
                new GramAssembler(
                        config.gramLimits(), config.gramWindow(), receiveCredit, commonSource(config), this::deliver),
                packetSizes);
        sendCredit = new SendCredit(peer.creditBytes(), peer.gramWindow());
        sendPath = new SendPath(parts, sendCredit, this::acknowledged);
        receivePath = new ReceivePath(parts, endpoint.frameReader(), sendCredit, sendPath, paths);
        idleTimeoutNs = Math.min(config.idleTimeoutMs(), peer.idleTimeoutMs()) * 1_000_000L; // spec: PAR-5
        isOfOtherBlob = endpoint.parameters(connection.connectionId()).isOfOtherBlobThan(peer);
        keptAliveNs = nowNs;
        if (rttNs > 0) {
            parts.flight().onHandshakeRtt(rttNs);
        }
    }

    private static BlobSource commonSource(EndpointConfig config) {
        return config.commonBlob() == null ? null : config.commonBlob().source();
    }

    /** Whether the peer holds another common blob than this side. */
    boolean isOfOtherBlob() {
        return isOfOtherBlob;
    }

    boolean trySend(long nowNs, OutboundGram gram) {
        boolean taken = sendPath.grams().offer(gram);
        if (taken) {
            gram.takenNs(nowNs);
        }
        writableWanted |= !taken;
        gramsSent += taken ? 1 : 0;
        return taken;
    }

    /** Tells the application about room that it has been waiting for. */
    void onTransmitted() {
        if (writableWanted && isLive() && sendPath.grams().isWritable()) {
            writableWanted = false;
            connection.listener().onWritable(connection);
        }
    }

    /** What tells {@code trace} of this session from now on. */
    ConnectionTrace newTrace(Trace trace, PathValidator paths) {
        if (trace.wantsPackets()) {
            sendPath.tracePackets(trace);
            receivePath.tracePackets(trace);
        }
        return new ConnectionTrace(trace, parts, sendPath, receivePath, sendCredit, paths);
    }

    /** Whether part of a gram is there, so that more of it should come. */
    boolean isExpectingData() {
        return parts.assembler().openCount() > 0;
    }

    void onKeepAlive(long nowNs) {
        keptAliveNs = nowNs;
        sendPath.ping();
    }

    void returnCredit(long nowNs, int costBytes) {
        parts.receiveCredit().onConsumed(nowNs, costBytes, parts.flight().rtt().smoothedNs());
    }

    private void deliver(InboundGram gram) {
        if (!isLive()) {
            return;
        }
        parts.receiveCredit().onDelivered(gram.costBytes());
        parts.receiveWindow().onGramDelivered();
        delivered.wrap(gram);
        connection.listener().onGramDelivered(connection, delivered);
        if (!delivered.isCreditKept()) {
            returnCredit(receivePath.nowNs(), gram.costBytes());
        }
        delivered.release();
    }

    private void acknowledged(OutboundGram gram) {
        connection.onGramAcknowledged(gram);
        if (isLive()) {
            connection.listener().onGramAcknowledged(connection, gram);
        }
    }

    /** Whether the application has not ended the connection, perhaps from within its listener a moment ago. */
    private boolean isLive() {
        return connection.state() == ConnectionState.CONNECTED;
    }

    SendPath sendPath() {
        return sendPath;
    }

    ReceivePath receivePath() {
        return receivePath;
    }

    GramAssembler assembler() {
        return parts.assembler();
    }

    GramLimits peerLimits() {
        return parts.peer().gramLimits();
    }

    long idleTimeoutNs() {
        return idleTimeoutNs;
    }

    /** When the last keep-alive PING was asked for. */
    long keptAliveNs() {
        return keptAliveNs;
    }

    long probeTimeoutNs() {
        return parts.flight().probeTimeoutNs();
    }

    ConnectionStats stats() {
        Flight window = parts.flight();
        return new ConnectionStats(
                sendPath.packetsSent(),
                sendPath.bytesSent(),
                receivePath.packetsReceived(),
                receivePath.bytesReceived(),
                window.counters().packetsLost(),
                window.counters().packetsSpurious(),
                sendPath.packetsRetransmitted(),
                parts.receiveWindow().duplicates(),
                receivePath.packetsDiscarded() + parts.receiveWindow().tooOld(),
                parts.receiveWindow().tooOld(),
                parts.assembler().duplicateFrames(),
                gramsSent,
                parts.assembler().gramsDelivered(),
                parts.receiveCredit().pendingBytes(),
                sendPath.grams().repairedBytes(),
                sendCredit.blockedCount(),
                parts.receiveCredit().windowBytes(),
                window.congestion().windowBytes(),
                window.congestion().pacingBytesPerSecond(),
                window.rtt().smoothedNs(),
                window.rtt().minNs(),
                parts.mtu().datagramBytes());
    }
}
