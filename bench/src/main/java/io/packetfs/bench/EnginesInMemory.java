package io.packetfs.bench;

import io.packetfs.ackwindow.FixedRate;
import io.packetfs.blob.HeapBlob;
import io.packetfs.endpoint.Connection;
import io.packetfs.endpoint.ConnectionListener;
import io.packetfs.endpoint.DeliveredGram;
import io.packetfs.endpoint.Endpoint;
import io.packetfs.endpoint.EndpointConfig;
import io.packetfs.endpoint.OutboundGram;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.protocol.crypto.Entropy;
import io.packetfs.protocol.handshake.TicketSecrets;
import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.port.PortFeatures;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Two whole engines in one thread, and trains in memory between them instead of a carrier: what the packet path costs without the
 * kernel. The sender's grams are read from one heap blob, over and over, and land in another. Time is virtual and passes as fast as
 * packets go, so that neither pacing nor the machine's clock decides what a batch holds.
 *
 * <p>Order of calls, for ever: {@link #send}, {@link #receive}. One thread; memory is two blobs and a few trains.
 */
final class EnginesInMemory {
    /** Packets that one {@link #send} writes and one {@link #receive} reads. */
    static final int BATCH_PACKETS = 352;

    /** Payload of a full packet of 1472 bytes. */
    static final int PAYLOAD_BYTES = 1_432;

    /** What fills a train of the kernel's with packets of this size. */
    private static final int TRAIN_PACKETS = 44;

    /** Eight full trains, and room for a few that a probe of the path's size cuts short. */
    private static final int TRAINS_MAX = 16;

    private static final int BLOB_BYTES = 8 << 20;
    private static final int GRAM_BYTES = 1 << 20;
    private static final int BLOB_ID = 1;
    private static final long BYTES_PER_SECOND = 2_500_000_000L;
    private static final long BATCH_NS = BATCH_PACKETS * 1_500L * 1_000_000_000L / BYTES_PER_SECOND;
    private static final int WARM_UP_BATCHES = 2_000;

    private final HeapBlob source = new HeapBlob(BLOB_BYTES);
    private final HeapBlob landing = new HeapBlob(BLOB_BYTES);
    private final InetSocketAddress senderAddress = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    private final InetSocketAddress receiverAddress = new InetSocketAddress(InetAddress.getLoopbackAddress(), 2);
    private final Endpoint sender;
    private final Endpoint receiver;
    private final Trains up = new Trains();
    private final Trains down = new Trains();
    private long nowNs;
    private long deliveredBytes;

    /** Trains that are on their way. */
    private static final class Trains {
        final DatagramTrain[] trains = new DatagramTrain[TRAINS_MAX];
        int count;

        Trains() {
            Arrays.setAll(trains, i -> new DatagramTrain(PortFeatures.UDP_PAYLOAD_BYTES_MAX));
        }

        int fill(Endpoint from, long nowNs, int packetsMax) {
            DatagramTrain train = trains[count];
            if (!from.pollTransmit(nowNs, train, Math.min(TRAIN_PACKETS, packetsMax))) {
                return 0;
            }
            count++;
            return train.count();
        }

        void deliver(Endpoint to, long nowNs, InetSocketAddress source) {
            for (int i = 0; i < count; i++) {
                DatagramTrain train = trains[i];
                to.onDatagrams(nowNs, source, train.memory(), train.length(), train.segmentBytes(), 0);
            }
            count = 0;
        }
    }

    /** Offers grams for as long as one is taken. */
    private final class Source implements ConnectionListener {
        private final ArrayDeque<OutboundGram> acknowledged = new ArrayDeque<>();
        private long offset;
        private OutboundGram refused = nextGram();

        private OutboundGram nextGram() {
            OutboundGram gram = acknowledged.poll();
            gram = gram == null
                    ? OutboundGram.placed(1, BLOB_ID, source, offset, GRAM_BYTES)
                    : gram.again(offset, GRAM_BYTES);
            offset = (offset + GRAM_BYTES) % BLOB_BYTES;
            return gram;
        }

        @Override
        public void onConnected(Connection connection) {}

        /** The receiver has made its landing. */
        @Override
        public void onGramDelivered(Connection connection, DeliveredGram gram) {
            onWritable(connection);
        }

        @Override
        public void onGramAcknowledged(Connection connection, OutboundGram gram) {
            acknowledged.add(gram);
        }

        @Override
        public void onWritable(Connection connection) {
            while (connection.trySend(refused)) {
                refused = nextGram();
            }
        }

        @Override
        public void onClosed(Connection connection, int reason, String message, boolean byPeer) {
            throw new AssertionError("the sender's connection ended: " + reason + " " + message);
        }
    }

    private final class Sink implements ConnectionListener {
        @Override
        public void onConnected(Connection connection) {
            connection.registerLanding(BLOB_ID, landing);
            connection.trySend(OutboundGram.staged(0, true, new byte[1]));
        }

        @Override
        public void onGramDelivered(Connection connection, DeliveredGram gram) {
            deliveredBytes += gram.slabLength();
        }

        @Override
        public void onGramAcknowledged(Connection connection, OutboundGram gram) {}

        @Override
        public void onWritable(Connection connection) {}

        @Override
        public void onClosed(Connection connection, int reason, String message, boolean byPeer) {
            throw new AssertionError("the receiver's connection ended: " + reason + " " + message);
        }
    }

    /** Connects the engines and lets them find the path's size and their window. */
    EnginesInMemory(CipherSuite suite, boolean checksummed) {
        SplittableRandom random = new SplittableRandom(1);
        random.nextBytes(source.array());
        Entropy entropy = random::nextBytes;
        EndpointConfig config = EndpointConfig.defaults(FixedRate.of(BYTES_PER_SECOND));
        sender = new Endpoint(config, entropy);
        receiver = new Endpoint(config, entropy);
        TicketSecrets secrets = TicketSecrets.generate(entropy, suite, checksummed);
        receiver.listen(secrets, connection -> new Sink());
        sender.connect(nowNs, receiverAddress, secrets.ticket(List.of(receiverAddress)), new Source());
        while (deliveredBytes == 0) {
            send(1);
            receive();
        }
        for (int i = 0; i < WARM_UP_BATCHES; i++) {
            send();
            receive();
        }
    }

    /** The sender takes what the receiver answered to the last batch, and writes {@link #BATCH_PACKETS} more. */
    int send() {
        return send(BATCH_PACKETS);
    }

    private int send(int packets) {
        nowNs += BATCH_NS;
        down.deliver(sender, nowNs, receiverAddress);
        int sent = 0;
        while (sent < packets) {
            int added = up.fill(sender, nowNs, packets - sent);
            sent += added;
            if (added == 0) {
                waitFor(sender);
            }
        }
        return sent;
    }

    /** The receiver takes the batch, and answers. */
    int receive() {
        int packets = 0;
        for (int i = 0; i < up.count; i++) {
            packets += up.trains[i].count();
        }
        up.deliver(receiver, nowNs, senderAddress);
        boolean answers = answer();
        if (!answers) {
            waitFor(receiver);
            answer();
        }
        return packets;
    }

    private boolean answer() {
        int before = down.count;
        int added;
        do {
            added = down.fill(receiver, nowNs, TRAIN_PACKETS);
        } while (added > 0);
        return down.count > before;
    }

    /** Payload that has arrived, in bytes. */
    long deliveredBytes() {
        return deliveredBytes;
    }

    /** Lets time pass until the engine has something to do. */
    private void waitFor(Endpoint engine) {
        long deadlineNs = engine.deadlineNs();
        if (deadlineNs == Long.MAX_VALUE) {
            throw new IllegalStateException("the engine has nothing to wait for");
        }
        nowNs = Math.max(nowNs, deadlineNs);
        engine.onDeadline(nowNs);
    }
}
