package io.packetfs.cli;

import io.packetfs.ackwindow.Bbr;
import io.packetfs.blob.FileLayout;
import io.packetfs.blob.TreeLanding;
import io.packetfs.blob.TreeSource;
import io.packetfs.endpoint.Connection;
import io.packetfs.endpoint.ConnectionListener;
import io.packetfs.endpoint.DeliveredGram;
import io.packetfs.endpoint.EndpointConfig;
import io.packetfs.endpoint.OutboundGram;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.protocol.handshake.TicketSecrets;
import io.packetfs.protocol.trace.Trace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Sends grams from this process to itself for a moment, over loopback and into a small temporary file, so that the JVM has compiled
 * the packet path before the first sender comes. A receiver has nothing else to do while it waits; whoever connects ends the rehearsal
 * at once. What goes wrong in it is nobody's concern: then the first transfer starts cold.
 */
final class Rehearsal implements AutoCloseable {
    private static final int FILE_BYTES = 8 << 20;
    private static final int GRAM_BYTES = 1 << 20;
    private static final int BLOB = 1;
    private static final long DURATION_MS = 1_500;
    private static final long CLEAN_UP_MS_MAX = 1_000;

    private final PortChoice port;
    private final CipherSuite suite;
    private final boolean checksummed;
    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread thread;

    private Rehearsal(NetworkOptions network, CipherSuite suite, boolean checksummed) {
        port = network.rehearsalPort(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        this.suite = suite;
        this.checksummed = checksummed;
        thread = Thread.ofPlatform().daemon().name("pfs-rehearsal").unstarted(this::run);
    }

    /** Begins one, over the kind of port and with the protection that the real transfer will have. */
    static Rehearsal start(NetworkOptions network, CipherSuite suite, boolean checksummed) {
        Rehearsal rehearsal = new Rehearsal(network, suite, checksummed);
        rehearsal.thread.start();
        return rehearsal;
    }

    /** Ends it without waiting. Any thread may call it, any number of times. */
    void stop() {
        end.countDown();
    }

    /** Ends it and waits until it has cleaned up, but not long. */
    @Override
    public void close() {
        stop();
        try {
            thread.join(CLEAN_UP_MS_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (TemporaryFolder folder = TemporaryFolder.make(null, 4L * FILE_BYTES)) {
            Path sourcePath = folder.file("source");
            Path landingPath = folder.file("landing");
            Files.write(sourcePath, new byte[FILE_BYTES]);
            Files.createFile(landingPath);
            FileLayout sourceLayout = FileLayout.of(sourcePath, FILE_BYTES);
            FileLayout landingLayout = FileLayout.of(landingPath, FILE_BYTES);
            try (TreeSource source = new TreeSource(sourceLayout);
                    TreeLanding landing = TreeLanding.open(landingLayout)) {
                play(source, landing);
            }
        } catch (IOException | RuntimeException | CommandException e) {
            stop(); // the transfer that this was for will do without
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void play(TreeSource source, TreeLanding landing) throws CommandException, InterruptedException {
        SecureRandom random = new SecureRandom();
        EndpointConfig config = EndpointConfig.defaults(Bbr.supplier());
        TicketSecrets secrets = TicketSecrets.generate(random::nextBytes, suite, checksummed);
        // measured as the transfer will be, so that the same code is compiled
        Trace.Supplier traces = (connectionId, isInitiator) -> new TransferMeter();
        try (Engine receiver = Engine.start(port, config, traces);
                Engine sender = Engine.start(port, config, traces)) {
            InetSocketAddress address = receiver.localAddress();
            receiver.workers()
                    .agent()
                    .execute(() -> receiver.endpoint().listen(secrets, connection -> new Player(null, landing)));
            sender.workers()
                    .agent()
                    .execute(() -> sender.endpoint()
                            .connect(
                                    System.nanoTime(),
                                    address,
                                    secrets.ticket(List.of(address)),
                                    new Player(source, null)));
            end.await(DURATION_MS, TimeUnit.MILLISECONDS);
        }
    }

    /** Either side: the receiver offers its landing and says so; the sender then sends its file again and again. */
    private static final class Player implements ConnectionListener {
        private static final int LANE_CONTROL = 0;
        private static final int LANE_BULK = 1;

        private final TreeSource source;
        private final TreeLanding landing;
        private long offset;

        Player(TreeSource source, TreeLanding landing) {
            this.source = source;
            this.landing = landing;
        }

        @Override
        public void onConnected(Connection connection) {
            if (landing != null) {
                connection.registerLanding(BLOB, landing);
                boolean sent = connection.trySend(OutboundGram.staged(LANE_CONTROL, true, new byte[1]));
                assert sent : "the first gram was refused";
            }
        }

        @Override
        public void onGramDelivered(Connection connection, DeliveredGram gram) {
            if (source != null) {
                onWritable(connection);
            }
        }

        @Override
        public void onGramAcknowledged(Connection connection, OutboundGram gram) {}

        @Override
        public void onWritable(Connection connection) {
            while (connection.trySend(OutboundGram.placed(LANE_BULK, BLOB, source, offset, GRAM_BYTES))) {
                offset = (offset + GRAM_BYTES) % FILE_BYTES;
            }
        }

        @Override
        public void onClosed(Connection connection, int reason, String message, boolean byPeer) {}
    }
}
