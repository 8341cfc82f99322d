package io.packetfs.transfer;

import io.packetfs.blob.SourceException;
import io.packetfs.endpoint.Connection;
import io.packetfs.endpoint.ConnectionListener;
import io.packetfs.endpoint.ConnectionStats;
import io.packetfs.endpoint.DeliveredGram;
import io.packetfs.endpoint.OutboundGram;
import io.packetfs.protocol.ReasonCode;
import io.packetfs.transfer.record.RecordDecoder;
import io.packetfs.transfer.record.RecordEncoder;
import io.packetfs.transfer.record.TransferRecord.Stripe;
import java.util.concurrent.Executor;

/**
 * A further connection of a sender of files (spec: STP). Runs on the thread of its own agent, and tells the transfer what happens through
 * the other agent's queue. {@link #hasAsked} and {@link #isDone} may be called by the transfer's thread.
 */
final class SendStripe implements ConnectionListener {
    /** Hears of a stripe, on the transfer's thread. */
    interface Host {
        void onStripeAcknowledged(OutboundGram gram);

        /** What it has to send is sent; see {@link SendStripe#isDone}. */
        void onStripeDone();

        /** Its connection has ended, for another reason than that the transfer is over. */
        void onStripeClosed(SendStripe stripe, int reason, String message, boolean byPeer);
    }

    private final Stripe name;
    private final BulkSender bulk;
    private final Host host;
    private final Executor hostAgent;
    private Connection connection;
    private boolean ready;
    private boolean left;

    // Written by this stripe's thread after the digests, read by the transfer's before it takes them.
    private volatile boolean done;

    SendStripe(Stripe name, BulkSender bulk, Host host, Executor hostAgent) {
        this.name = name;
        this.bulk = bulk;
        this.host = host;
        this.hostAgent = hostAgent;
    }

    int index() {
        return name.index();
    }

    /** Whether it may have got hold of bytes to send. */
    boolean hasAsked() {
        return bulk.hasAsked();
    }

    /** Whether its digests are those of all that it will ever have sent. */
    boolean isDone() {
        return done;
    }

    /** What it has sent; to be read when {@link #isDone}. */
    BulkSender sent() {
        return bulk;
    }

    /** The transfer is over: closes files and the connection. Returns the connection's last counters; null if there was none. */
    ConnectionStats leave() {
        left = true;
        bulk.close();
        if (connection == null) {
            return null;
        }
        ConnectionStats stats = connection.stats();
        connection.close(ReasonCode.NO_ERROR, "");
        return stats;
    }

    @Override
    public void onConnected(Connection opened) {
        connection = opened;
        if (left) {
            opened.close(ReasonCode.NO_ERROR, "");
            return;
        }
        opened.trySend(OutboundGram.staged(Lanes.CONTROL, true, RecordEncoder.encode(name)));
    }

    @Override
    public void onGramDelivered(Connection from, DeliveredGram gram) {
        boolean isAnswer = !ready
                && gram.lane() == Lanes.CONTROL
                && gram.isStaged()
                && RecordDecoder.decode(gram.slab(), gram.slabLength()).equals(name);
        if (!isAnswer) {
            from.close(CloseReasons.TRANSFER_VIOLATION, "a gram to a sender's stripe");
            return;
        }
        ready = true;
        pump();
    }

    @Override
    public void onGramAcknowledged(Connection from, OutboundGram gram) {
        if (gram.lane() == Lanes.BULK) {
            hostAgent.execute(() -> host.onStripeAcknowledged(gram));
        }
        pump();
    }

    @Override
    public void onWritable(Connection from) {
        pump();
    }

    @Override
    public void onClosed(Connection from, int reason, String message, boolean byPeer) {
        if (!left) {
            hostAgent.execute(() -> host.onStripeClosed(this, reason, message, byPeer));
        }
    }

    private void pump() {
        if (!ready || left || done) {
            return;
        }
        try {
            bulk.pump(connection);
        } catch (SourceException e) {
            connection.close(ReasonCode.LOCAL_IO, e.getMessage());
            return;
        }
        if (bulk.isDone()) {
            done = true;
            hostAgent.execute(host::onStripeDone);
        }
    }
}
