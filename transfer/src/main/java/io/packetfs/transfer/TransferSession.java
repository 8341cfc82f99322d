package io.packetfs.transfer;

import io.packetfs.endpoint.Connection;
import io.packetfs.endpoint.ConnectionListener;
import io.packetfs.endpoint.ConnectionState;
import io.packetfs.endpoint.ConnectionStats;
import io.packetfs.endpoint.DeliveredGram;
import io.packetfs.endpoint.OutboundGram;
import io.packetfs.transfer.record.RecordDecoder;
import io.packetfs.transfer.record.TransferRecord;
import io.packetfs.transfer.record.TransferRecord.Malformed;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * One side of one transfer: what all of them share. Inputs, on the agent's thread: the connection's events, and {@link #onTick} a few times
 * in a second. The outcome is {@link #report()}; {@link #progress()} may be read by any thread.
 */
public abstract class TransferSession implements ConnectionListener {
    final Workers workers;
    final LongSupplier clockNs;
    final ControlLane control = new ControlLane();
    private final long stallTimeoutNs;
    private final String peerName;
    private final CompletableFuture<TransferReport> report = new CompletableFuture<>();
    private Connection connection;
    private long startNs;
    private long durationNs;
    private long lastProgressNs;
    private TransferPhase phase = TransferPhase.CONNECTING;
    private Failure failure;
    private ConnectionStats stats;
    private ConnectionStats otherStats;
    private InetSocketAddress peer;

    // Written by the agent's thread, read by whoever shows it.
    private volatile TransferProgress progress = TransferProgress.NONE;

    /**
     * A session that has not begun.
     *
     * @param clockNs what {@link System#nanoTime} is to the engine that runs this
     * @param stallTimeoutNs nanoseconds without any progress after which the transfer ends
     * @param peerName what messages call the other side
     */
    TransferSession(Workers workers, LongSupplier clockNs, long stallTimeoutNs, String peerName) {
        this.workers = workers;
        this.clockNs = clockNs;
        this.stallTimeoutNs = stallTimeoutNs;
        this.peerName = peerName;
    }

    /** Completes, never exceptionally, when everything is over and this side's files are closed. */
    public final CompletableFuture<TransferReport> report() {
        return report;
    }

    /** Hands the report to somebody when it is there, on the thread that completes it. */
    @SuppressWarnings("FutureReturnValueIgnored") // nothing waits for who hears of it
    public final void onReport(Consumer<TransferReport> listener) {
        report.thenAccept(listener);
    }

    public final TransferProgress progress() {
        return progress;
    }

    /** The thread that this runs on. */
    public final Executor agent() {
        return workers.agent();
    }

    /** Whether there is no connection any more that would have something to say to the peer. Called on the agent's thread. */
    public final boolean isConnectionGone() {
        return connection == null || connection.state() == ConnectionState.CLOSED;
    }

    /** Looks at the time. Called on the agent's thread a few times in a second. */
    public final void onTick() {
        if (phase == TransferPhase.CONNECTING || phase == TransferPhase.ENDED) {
            return;
        }
        publishProgress();
        long nowNs = clockNs.getAsLong();
        if (isWaitingForPeer() && nowNs - lastProgressNs >= stallTimeoutNs) {
            String message = "no progress for " + stallTimeoutNs / 1_000_000 + " ms";
            end(new Failure(FailureKind.STALLED, "the transfer stalled: " + message, true));
            connection.close(CloseReasons.STALLED, message);
            return;
        }
        onTime(nowNs);
    }

    /** Ends the transfer because a person or a signal wants it. Called on the agent's thread. */
    public final void cancel(String message) {
        if (phase == TransferPhase.ENDED) {
            return;
        }
        end(Failure.of(FailureKind.INTERRUPTED, message));
        if (connection != null) {
            connection.close(CloseReasons.CANCELLED, "");
        }
    }

    @Override
    public final void onConnected(Connection opened) {
        connection = opened;
        peer = opened.peer();
        startNs = clockNs.getAsLong();
        lastProgressNs = startNs;
        phase = TransferPhase.PREPARING;
        opened.awaitsPeer(true); // each step is an answer to one of the peer's
        begin();
        pump();
    }

    @Override
    public final void onGramDelivered(Connection from, DeliveredGram gram) {
        if (phase == TransferPhase.ENDED) {
            return;
        }
        lastProgressNs = clockNs.getAsLong();
        if (gram.lane() != Lanes.CONTROL) {
            onData(gram);
            return;
        }
        // spec: LNS-6
        if (!gram.isStaged()) {
            violation("a control record that is not handed over as it is");
            return;
        }
        TransferRecord record = RecordDecoder.decode(gram.slab(), gram.slabLength());
        if (record instanceof Malformed malformed) {
            violation(malformed.reason());
            return;
        }
        onRecord(record);
        if (phase != TransferPhase.ENDED) {
            pump();
        }
    }

    @Override
    public final void onGramAcknowledged(Connection from, OutboundGram gram) {
        if (phase == TransferPhase.ENDED) {
            return;
        }
        lastProgressNs = clockNs.getAsLong();
        if (gram.lane() == Lanes.CONTROL) {
            control.onAcknowledged();
        } else {
            onDataAcknowledged(gram);
        }
    }

    @Override
    public final void onWritable(Connection from) {
        if (phase != TransferPhase.ENDED) {
            pump();
        }
    }

    @Override
    public final void onClosed(Connection from, int reason, String message, boolean byPeer) {
        stats = from.stats();
        if (phase == TransferPhase.ENDED) {
            return;
        }
        onConnectionClosed(reason, message, byPeer);
        // What is said after the last word changes nothing.
        if (isDone()) {
            end(failure);
            return;
        }
        end(CloseReasons.failure(reason, message, byPeer, peerName));
    }

    /** The connection can be used: the side that speaks first does. */
    abstract void begin();

    /** The connection has ended before this session has; {@link #onEnd} follows. */
    void onConnectionClosed(int reason, String message, boolean byPeer) {}

    /** A record came that is one. */
    abstract void onRecord(TransferRecord record);

    /** A gram came on a lane other than the control lane. */
    abstract void onData(DeliveredGram gram);

    /** The peer has a gram of a lane other than the control lane. */
    abstract void onDataAcknowledged(OutboundGram gram);

    /** Offers the connection what there is to send. */
    abstract void pump();

    /** Called on every tick. */
    abstract void onTime(long nowNs);

    /** Whether the next step is the peer's, so that its silence is a stall. */
    abstract boolean isWaitingForPeer();

    /** Whether all is said, so that a close by either side is the end that was agreed on. */
    abstract boolean isDone();

    abstract TransferProgress measureProgress(TransferPhase phase, ConnectionStats stats);

    /** Closes files, then calls {@link #complete}. The failure is null if there was none. */
    abstract void onEnd(Failure cause);

    final Connection connection() {
        return connection;
    }

    /** Whether the outcome is settled. Called on the agent's thread. */
    public final boolean isEnded() {
        return phase == TransferPhase.ENDED;
    }

    final TransferPhase phase() {
        return phase;
    }

    final void enter(TransferPhase next) {
        phase = next;
        lastProgressNs = clockNs.getAsLong();
        publishProgress();
    }

    /** Remembers why the transfer is going to end; the first reason stays. */
    final void failWith(Failure cause) {
        if (failure == null) {
            failure = cause;
        }
    }

    /** The peer broke the rules of transfers (spec: END-2). */
    final void violation(String what) {
        end(Failure.of(FailureKind.INTERNAL, "the " + peerName + " broke the protocol: " + what));
        connection.close(CloseReasons.TRANSFER_VIOLATION, what);
    }

    /** Ends this session; the connection is closed by whoever calls this. A null cause is success. */
    final void end(Failure cause) {
        if (phase == TransferPhase.ENDED) {
            return;
        }
        if (connection != null && stats == null) {
            stats = connection.stats();
        }
        stopClock();
        phase = TransferPhase.ENDED;
        publishProgress();
        onEnd(cause);
    }

    /** From the connection's beginning to now, in nanoseconds. */
    final long elapsedNs() {
        return clockNs.getAsLong() - startNs;
    }

    /** The transfer is done, whatever is still to be said about it. */
    final void stopClock() {
        if (connection != null && durationNs == 0) {
            durationNs = elapsedNs();
        }
    }

    /** From the connection's beginning until the transfer was done, in nanoseconds. */
    final long durationNs() {
        return durationNs;
    }

    final void complete(TransferReport outcome) {
        report.complete(outcome);
    }

    /** Something happened on another connection of this transfer. */
    final void noteProgress() {
        lastProgressNs = clockNs.getAsLong();
    }

    /** Adds the counters of another connection of this transfer to those of the first; null adds nothing. */
    final void addStats(ConnectionStats other) {
        if (other != null) {
            otherStats = otherStats == null ? other : otherStats.plus(other);
        }
    }

    /** The counters of all connections; null if there was none. */
    final ConnectionStats stats() {
        return stats == null || otherStats == null ? stats : stats.plus(otherStats);
    }

    final InetSocketAddress peer() {
        return peer;
    }

    private void publishProgress() {
        progress = measureProgress(phase, connection == null ? null : connection.stats())
                .at(clockNs.getAsLong());
    }
}
