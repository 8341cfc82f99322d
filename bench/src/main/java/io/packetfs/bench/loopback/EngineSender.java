package io.packetfs.bench.loopback;

import io.packetfs.ackwindow.Bbr;
import io.packetfs.ackwindow.CongestionControllerSupplier;
import io.packetfs.blob.BlobSource;
import io.packetfs.endpoint.Connection;
import io.packetfs.endpoint.ConnectionListener;
import io.packetfs.endpoint.ConnectionStats;
import io.packetfs.endpoint.DeliveredGram;
import io.packetfs.endpoint.Endpoint;
import io.packetfs.endpoint.EndpointConfig;
import io.packetfs.endpoint.OutboundGram;
import io.packetfs.endpoint.agent.EndpointAgent;
import io.packetfs.protocol.Ticket;
import io.packetfs.protocol.TicketException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;

/** An engine that sends grams from memory, over and over, as large as those of a file transfer. */
final class EngineSender implements End, ConnectionListener {
    private static final int GRAM_BYTES = 1 << 20;

    private final EndOptions options;
    private final Tally tally;
    private final BlobSource source;
    private final SecureRandom random = new SecureRandom();
    private EndpointAgent agent;
    private long offset;
    private long bytes;

    EngineSender(EndOptions options, Tally tally) {
        this.options = options;
        this.tally = tally;
        source = new RepeatedSource(
                EngineReceiver.BLOB_BYTES, options.isCold() ? EngineReceiver.BLOB_BYTES : GRAM_BYTES);
    }

    @Override
    public String open() {
        long windowBytes = options.windowBytes();
        CongestionControllerSupplier congestion = windowBytes == 0
                ? Bbr.supplier()
                : (datagramBytes, rtt, generator) -> new WindowOnly(windowBytes, tally);
        Endpoint endpoint = new Endpoint(EndpointConfig.defaults(congestion), random::nextBytes);
        agent = new EndpointAgent(endpoint, options.io().open(0), System::nanoTime);
        Ticket ticket = ticket(options.peer());
        InetSocketAddress address = ticket.addresses().getFirst();
        endpoint.connect(System.nanoTime(), address, ticket, this);
        return NOTHING;
    }

    @Override
    @SuppressWarnings("InfiniteLoopStatement") // the process ends with its input
    public void run() {
        while (true) {
            agent.doWork();
        }
    }

    @Override
    public void onConnected(Connection connection) {}

    /** The receiver's landing is there. */
    @Override
    public void onGramDelivered(Connection connection, DeliveredGram gram) {
        onWritable(connection);
    }

    @Override
    public void onWritable(Connection connection) {
        while (connection.trySend(next())) {
            offset = (offset + GRAM_BYTES) % EngineReceiver.BLOB_BYTES;
        }
    }

    /** Without a digest over the gram, which no peer in the comparison has: packets are sealed or check-summed as theirs are. */
    private OutboundGram next() {
        return OutboundGram.placed(EngineReceiver.LANE_BULK, EngineReceiver.BLOB, source, offset, GRAM_BYTES)
                .withoutDigest();
    }

    @Override
    public void onGramAcknowledged(Connection connection, OutboundGram gram) {
        bytes += gram.slabLength();
        ConnectionStats stats = connection.stats();
        tally.bytes(bytes);
        tally.packets(stats.packetsSent());
        tally.lost(stats.packetsLost() - stats.packetsSpurious());
    }

    @Override
    public void onClosed(Connection connection, int reason, String message, boolean byPeer) {
        throw new IllegalStateException("the connection was closed with reason " + reason + " " + message);
    }

    private static Ticket ticket(String text) {
        try {
            return Ticket.parse(text);
        } catch (TicketException e) {
            throw new IllegalArgumentException("the receiver's ticket", e);
        }
    }
}
