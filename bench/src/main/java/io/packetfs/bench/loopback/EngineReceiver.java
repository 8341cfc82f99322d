package io.packetfs.bench.loopback;

import io.packetfs.ackwindow.Bbr;
import io.packetfs.blob.HeapBlob;
import io.packetfs.endpoint.Connection;
import io.packetfs.endpoint.ConnectionListener;
import io.packetfs.endpoint.DeliveredGram;
import io.packetfs.endpoint.Endpoint;
import io.packetfs.endpoint.EndpointConfig;
import io.packetfs.endpoint.OutboundGram;
import io.packetfs.endpoint.agent.EndpointAgent;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.protocol.handshake.TicketSecrets;
import io.packetfs.protocol.port.DatagramPort;
import java.security.SecureRandom;
import java.util.List;

/** An engine whose grams land in memory. It offers a landing and tells the {@link EngineSender} so by a gram of one byte. */
final class EngineReceiver implements End, ConnectionListener {
    static final int LANE_CONTROL = 0;
    static final int LANE_BULK = 1;
    static final int BLOB = 1;

    /** Landing and source; grams go round and round in it. */
    static final int BLOB_BYTES = 256 << 20;

    private static final int SOCKET_BUFFER_BYTES_MIN = 4 << 20;

    private final EndOptions options;
    private final Tally tally;
    private final HeapBlob landing = new HeapBlob(BLOB_BYTES);
    private final SecureRandom random = new SecureRandom();
    private EndpointAgent agent;
    private long bytes;

    EngineReceiver(EndOptions options, Tally tally) {
        this.options = options;
        this.tally = tally;
    }

    @Override
    public String open() {
        long windowBytes = options.windowBytes();
        EndpointConfig config = EndpointConfig.defaults(Bbr.supplier());
        if (windowBytes > 0) {
            // so that it is the sender's window that is the limit
            config = config.toBuilder()
                    .creditBytes(config.creditBytesMax(), config.creditBytesMax())
                    .build();
        }
        DatagramPort port = options.io().open(Math.toIntExact(Math.max(windowBytes, SOCKET_BUFFER_BYTES_MIN)));
        Endpoint endpoint = new Endpoint(config, random::nextBytes);
        agent = new EndpointAgent(endpoint, port, System::nanoTime);
        TicketSecrets secrets = TicketSecrets.generate(random::nextBytes, CipherSuite.AES_256_GCM, !options.sealed());
        endpoint.listen(secrets, connection -> this);
        return secrets.ticket(List.of(port.localAddress())).encode();
    }

    @Override
    @SuppressWarnings("InfiniteLoopStatement") // the process ends with its input
    public void run() {
        while (true) {
            agent.doWork();
        }
    }

    @Override
    public void onConnected(Connection connection) {
        connection.registerLanding(BLOB, landing);
        if (!connection.trySend(OutboundGram.staged(LANE_CONTROL, true, new byte[1]))) {
            throw new IllegalStateException("the first gram was refused");
        }
    }

    @Override
    public void onGramDelivered(Connection connection, DeliveredGram gram) {
        bytes += gram.slabLength();
        tally.bytes(bytes);
        tally.packets(connection.stats().packetsReceived());
    }

    @Override
    public void onGramAcknowledged(Connection connection, OutboundGram gram) {}

    @Override
    public void onWritable(Connection connection) {}

    @Override
    public void onClosed(Connection connection, int reason, String message, boolean byPeer) {
        throw new IllegalStateException("the connection was closed with reason " + reason + " " + message);
    }
}
