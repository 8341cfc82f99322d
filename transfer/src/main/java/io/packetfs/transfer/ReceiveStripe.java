package io.packetfs.transfer;

import io.packetfs.blob.LandingException;
import io.packetfs.blob.TreeLanding;
import io.packetfs.endpoint.Connection;
import io.packetfs.endpoint.ConnectionState;
import io.packetfs.endpoint.ConnectionStats;
import io.packetfs.endpoint.DeliveredGram;
import io.packetfs.protocol.ReasonCode;
import io.packetfs.transfer.ResumeJournal.Piece;
import io.packetfs.transfer.record.TransferRecord.Stripe;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A further connection of a receiver of files (spec: STP): its own landing over the transfer's files, and the digests of what came over
 * it. Runs on the thread of its own agent, and tells the {@link StripeHub} through the other agent's queue.
 */
final class ReceiveStripe {
    /** How much time between two times that what has come is handed to the kernel, to be noted in the journal. */
    private static final long FLUSH_INTERVAL_NS = 1_000_000_000L;

    private final Stripe name;
    private final StripeHub hub;
    private final Connection connection;
    private final Workers workers;
    private final Runnable onReady;
    private List<Piece> unrecorded = new ArrayList<>();
    private TreeLanding landing;
    private FileDigests digests;
    private long flushedNs;
    private boolean carried;
    private boolean left;

    /**
     * @param workers of this connection
     * @param onReady answers the sender; called when grams may come
     */
    ReceiveStripe(Stripe name, StripeHub hub, Connection connection, Workers workers, Runnable onReady) {
        this.name = name;
        this.hub = hub;
        this.connection = connection;
        this.workers = workers;
        this.onReady = onReady;
    }

    /** What a stripe leaves behind. */
    record Legacy(FileDigests digests, List<Piece> unrecorded, ConnectionStats stats, String fault) {}

    int index() {
        return name.index();
    }

    Workers workers() {
        return workers;
    }

    /** The transfer knows of this: the landing may be written to. */
    void begin(TreeLanding opened, FileDigests empty) {
        if (left || connection.state() != ConnectionState.CONNECTED) {
            opened.close();
            return;
        }
        landing = opened;
        digests = empty;
        connection.registerLanding(Lanes.BULK_BLOB_ID, landing);
        onReady.run();
    }

    /** There is no such transfer, or not for this. */
    void reject(String what) {
        left = true;
        connection.close(CloseReasons.TRANSFER_VIOLATION, what);
    }

    /** Returns false if the gram is none that a stripe may bring. */
    boolean onData(DeliveredGram gram) {
        BulkRange range = landing == null ? null : BulkRange.of(gram);
        if (range == null) {
            return false;
        }
        carried = true;
        int crc32c = gram.digest();
        int descriptors = gram.descriptorCount();
        digests.add(range.offset(), range.length(), crc32c, this::pieceCrc32c);
        unrecorded.add(new Piece(range.offset(), Math.toIntExact(range.length()), crc32c));
        hub.post(() -> hub.onLanded(range, descriptors));
        return true;
    }

    /** Hands what has come to the kernel now and then. */
    void onTime(long nowNs) {
        if (landing != null && !left && !unrecorded.isEmpty() && nowNs - flushedNs >= FLUSH_INTERVAL_NS) {
            flushedNs = nowNs;
            landing.flush();
            List<Piece> flushed = unrecorded;
            unrecorded = new ArrayList<>();
            hub.post(() -> hub.onFlushed(flushed));
        }
    }

    /** The connection has ended; the landing stays until the transfer is over. */
    void onClosed(int reason, String message, boolean byPeer) {
        boolean toldByFirst = reason == ReasonCode.NO_ERROR && byPeer;
        boolean matters = carried || reason == ReasonCode.LOCAL_IO || reason == CloseReasons.TRANSFER_VIOLATION;
        if (!left && !toldByFirst && matters) {
            hub.post(() -> hub.onClosed(reason, message, byPeer));
        }
    }

    /** No more grams come, or none that count: gives up the landing. */
    Legacy leave() {
        left = true;
        ConnectionStats stats = connection.stats();
        if (landing == null) {
            return new Legacy(null, List.of(), stats, null);
        }
        connection.releaseLanding(Lanes.BULK_BLOB_ID);
        try (TreeLanding closing = landing) {
            closing.flush();
            return new Legacy(digests, unrecorded, stats, null);
        } catch (LandingException e) {
            // What is not there is not in the journal either.
            return new Legacy(digests, List.of(), stats, e.getMessage());
        }
    }

    /** The first connection has told the sender how it went. */
    void close() {
        connection.close(ReasonCode.NO_ERROR, "");
    }

    private int pieceCrc32c(long offset, long length) {
        CRC32C crc = new CRC32C();
        landing.updateDigest(crc, offset, Math.toIntExact(length));
        return (int) crc.getValue();
    }
}
