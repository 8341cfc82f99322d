package io.packetfs.records;

import io.packetfs.endpoint.OutboundGram;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jctools.queues.varhandle.MpscChunkedVarHandleArrayQueue;

/**
 * The records of one lane that wait to be sent. Any thread offers, the agent takes. A record has room here from when it is offered until
 * it is acknowledged, so that what a lane keeps in memory is bounded by {@link GramConfig#sendBytesMax}.
 *
 * <p>Room is taken before the connection's state is looked at, and given back last. So an agent that sees the state changed and all
 * room free knows that no record is left, not even in the hands of a thread that is about to put it in.
 */
final class Outbox {
    private static final int CHUNK = 64;

    /** More than any buffer has: lets go everybody who waits for room on a connection that is over. */
    private static final int EVERYBODY = 1 << 30;

    private final int lane;
    private final boolean ordered;
    private final GramConnection connection;
    private final int roomBytes;
    private final Semaphore room;
    private final MpscChunkedVarHandleArrayQueue<OutboundGram> queue;
    private final AtomicBoolean roomWanted = new AtomicBoolean();

    // Set by the application, read by the agent.
    private volatile Runnable onWritable;

    Outbox(int lane, boolean ordered, GramConnection connection, int roomBytes) {
        this.lane = lane;
        this.ordered = ordered;
        this.connection = connection;
        this.roomBytes = roomBytes;
        room = new Semaphore(roomBytes, true);
        queue = new MpscChunkedVarHandleArrayQueue<>(CHUNK, Math.max(2 * CHUNK, GramConfig.recordsMax(roomBytes)));
    }

    /** Waits for room. */
    void offer(byte[] record, CompletableFuture<Void> acknowledged) throws InterruptedException, GramException {
        int costBytes = GramConfig.costBytes(record.length);
        connection.requireOpen();
        room.acquire(costBytes);
        put(record, costBytes, acknowledged);
    }

    /** Waits for room, but not longer than this; returns whether the record was taken. */
    boolean offer(byte[] record, long timeoutNs) throws InterruptedException, GramException {
        int costBytes = GramConfig.costBytes(record.length);
        connection.requireOpen();
        if (!room.tryAcquire(costBytes, timeoutNs, TimeUnit.NANOSECONDS)) {
            return false;
        }
        put(record, costBytes, null);
        return true;
    }

    /** Does not wait; returns whether the record was taken. */
    boolean tryOffer(byte[] record) throws GramException {
        int costBytes = GramConfig.costBytes(record.length);
        connection.requireOpen();
        if (!room.tryAcquire(costBytes)) {
            roomWanted.set(true);
            if (!room.tryAcquire(costBytes)) { // it may have come free before anybody knew that it is wanted
                return false;
            }
        }
        put(record, costBytes, null);
        return true;
    }

    void onWritable(Runnable action) {
        onWritable = action;
    }

    private void put(byte[] record, int costBytes, CompletableFuture<Void> acknowledged) throws GramException {
        try {
            connection.requireOpen();
        } catch (GramException e) {
            room.release(costBytes);
            connection.schedule(); // it may have been waiting for this room to end
            throw e;
        }
        boolean taken = queue.offer(
                OutboundGram.staged(lane, ordered, record).attach(new Receipt(this, costBytes, acknowledged)));
        assert taken : "room for every record that has room";
        connection.schedule();
    }

    // the agent's

    OutboundGram poll() {
        return queue.poll();
    }

    /** The room of records that are here, under way, or about to be put in. */
    int waitingBytes() {
        return Math.max(0, roomBytes - room.availablePermits());
    }

    void onAcknowledged(int costBytes) {
        room.release(costBytes);
        if (roomWanted.get() && room.availablePermits() >= roomBytes / 2 && roomWanted.compareAndSet(true, false)) {
            Runnable action = onWritable;
            if (action != null) {
                action.run();
            }
        }
    }

    /** Fails what waits. Called again when more was put in by a thread that did not know yet. */
    void fail(GramException cause) {
        for (OutboundGram gram = queue.poll(); gram != null; gram = queue.poll()) {
            ((Receipt) gram.attachment()).fail(cause);
        }
    }

    /** Lets go all who wait for room. Called once. */
    void releaseWaiters() {
        room.release(EVERYBODY);
    }
}
