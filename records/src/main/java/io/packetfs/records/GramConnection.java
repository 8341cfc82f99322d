package io.packetfs.records;

import io.packetfs.endpoint.Connection;
import io.packetfs.endpoint.ConnectionListener;
import io.packetfs.endpoint.DeliveredGram;
import io.packetfs.endpoint.OutboundGram;
import io.packetfs.protocol.GramHeader;
import io.packetfs.protocol.ReasonCode;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A connection for records, made by {@link GramEndpoint#connect} or {@link GramListener#accept}. Records travel in {@link GramLane lanes}.
 *
 * <p>Any thread may use it. What it keeps in memory is bounded: for each lane that is used by {@link GramConfig#sendBytesMax}, and by {@link
 * GramConfig#receiveBytesMax} for what nobody has received yet. When that is reached, the peer may not send, on any lane: so every lane
 * that the peer uses has to be received.
 */
public final class GramConnection implements AutoCloseable {
    private static final int LANES = GramHeader.LANE_MAX + 1;

    /** Credit is returned when so many bytes of it have come together, or a lane is empty. */
    private static final long GIVE_BACK_BYTES = 64 << 10;

    private enum State {
        OPENING,
        OPEN,
        /** What was offered is still sent, and nothing more is taken. */
        CLOSING,
        OVER
    }

    private final AgentLoop loop;
    private final GramConfig config;
    private final Consumer<GramConnection> opened;
    private final AtomicReferenceArray<GramLane> lanes = new AtomicReferenceArray<>(LANES);
    private final List<GramLane> used = new CopyOnWriteArrayList<>();
    private final AtomicReferenceArray<Inbox> inboxes = new AtomicReferenceArray<>(LANES);
    private final AtomicReference<State> state = new AtomicReference<>(State.OPENING);
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final AtomicLong receivedBytes = new AtomicLong();
    private final Runnable work = this::onWork;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    private final ReentrantLock making = new ReentrantLock();

    /** Makes one consumer of those who come when the agent has gone. */
    private final ReentrantLock late = new ReentrantLock();

    // Written by the agent before the state becomes OVER, read by others after; null after an end in good order.
    private GramException cause;

    // Written by the agent before the state becomes OPEN, read by others after.
    private Connection connection;
    private int recordBytesMax;

    // the agent's
    private final Set<Receipt> asked = Collections.newSetFromMap(new IdentityHashMap<>());
    private OutboundGram refused;

    /** Of the agent: all room was free after this side had begun to close. */
    private boolean isDrained;

    private int laneNext;

    /**
     * @param opened told, on the agent's thread, when the handshake is done
     */
    GramConnection(AgentLoop loop, GramConfig config, Consumer<GramConnection> opened) {
        this.loop = loop;
        this.config = config;
        this.opened = opened;
    }

    // for applications

    /**
     * An unordered lane: always the same object for the same number.
     *
     * @param number 0 to 255
     * @throws IllegalStateException if this side has used it as an ordered one
     */
    public GramLane lane(int number) {
        return lane(number, false);
    }

    /**
     * An ordered lane: always the same object for the same number.
     *
     * @param number 0 to 255
     * @throws IllegalStateException if this side has used it as an unordered one
     */
    public GramLane orderedLane(int number) {
        return lane(number, true);
    }

    /** Where the peer is reached; it may change while the connection lasts. */
    public InetSocketAddress peer() {
        return connection.peer();
    }

    /** The longest record that the peer accepts and this side can keep, in bytes. */
    public int recordBytesMax() {
        return recordBytesMax;
    }

    /**
     * Completes when the connection is over: with nothing after it was closed in good order, by either side, or with the {@link
     * GramException} that says why it was lost. It completes on the endpoint's thread.
     */
    public CompletableFuture<Void> ended() {
        return ended.copy();
    }

    /**
     * Closes the connection in good order: takes no more records, waits until all that were offered are acknowledged, and tells the peer. What
     * the peer has sent until then can still be received. Threads that wait for room in a lane get an exception as soon as there would be
     * some. The peer's records that are not acknowledged by then are lost: one side closes, when both are done.
     *
     * <p>It waits for {@link GramConfig#closeTimeout}, and then gives the connection up. So it does when the thread is interrupted, which
     * stays marked so.
     *
     * @throws GramException if not every record that was offered is known to have arrived
     */
    @Override
    public void close() throws GramException {
        requireNotAgent("close");
        CompletableFuture<Void> end = closeAsync();
        try {
            end.get(config.closeTimeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            abort("not all records were acknowledged within " + config.closeTimeout());
            throwFailure(end);
        } catch (InterruptedException e) {
            abort("interrupted while closing");
            Thread.currentThread().interrupt();
            throw new GramException(GramException.ABORTED, "interrupted while closing", false);
        } catch (ExecutionException e) {
            throwFailure(end);
        }
    }

    /**
     * As {@link #close()}, without waiting and without a limit of time.
     *
     * @return completes when the connection is over; with {@link GramException} if not every record is known to have arrived
     */
    public CompletableFuture<Void> closeAsync() {
        state.compareAndSet(State.OPEN, State.CLOSING);
        schedule();
        return closed.copy();
    }

    /**
     * Gives the connection up at once; what is not acknowledged may be lost. The peer is told. Does nothing if it is over.
     *
     * @param message for people at the peer, at most 256 bytes of UTF-8; longer ones are cut
     */
    public void abort(String message) {
        loop.execute(() -> closeNow(GramException.ABORTED, message));
    }

    // for lanes

    void requireNotAgent(String call) {
        if (loop.isAgentThread()) {
            throw new IllegalStateException(
                    call + " waits, and was called on the endpoint's thread, which nothing would go on without");
        }
    }

    void requireOpen() throws GramException {
        switch (state.get()) {
            case OPENING, OPEN -> {}
            case CLOSING -> throw new GramException(ReasonCode.NO_ERROR, "the connection is being closed", false);
            case OVER -> {
                throwIfLost();
                throw new GramException(ReasonCode.NO_ERROR, "the connection is closed", false);
            }
        }
    }

    /** To be called when the connection is over. */
    void throwIfLost() throws GramException {
        if (cause != null) {
            throw cause.here();
        }
    }

    /** Counts credit that belongs to the peer again; returns whether it should be returned soon. */
    boolean giveBack(int costBytes) {
        return receivedBytes.addAndGet(costBytes) >= GIVE_BACK_BYTES;
    }

    void handler(Inbox inbox, Consumer<byte[]> handler) {
        loop.execute(() -> guarded(() -> inbox.handler(handler)));
    }

    /** Has the agent look after this connection; from any thread, any number of times. */
    void schedule() {
        if (scheduled.compareAndSet(false, true)) {
            loop.schedule(work);
        }
        if (loop.isGone()) {
            failWaiting();
        }
    }

    private GramLane lane(int number, boolean ordered) {
        if (number < 0 || number >= LANES) {
            throw new IllegalArgumentException("lane " + number + " is outside 0 to " + GramHeader.LANE_MAX);
        }
        GramLane lane = lanes.get(number);
        if (lane == null) {
            lane = newLane(number, ordered);
        }
        if (lane.isOrdered() != ordered) {
            throw new IllegalStateException(
                    "lane " + number + " is in use as an " + (ordered ? "unordered" : "ordered") + " one");
        }
        return lane;
    }

    /** The agent knows a lane before anybody can offer on it. */
    private GramLane newLane(int number, boolean ordered) {
        making.lock();
        try {
            GramLane lane = lanes.get(number);
            if (lane == null) {
                lane = new GramLane(this, number, ordered, inbox(number), config.sendBytesMax());
                used.add(lane);
                lanes.set(number, lane);
            }
            return lane;
        } finally {
            making.unlock();
        }
    }

    private Inbox inbox(int number) {
        Inbox inbox = inboxes.get(number);
        if (inbox == null) {
            inboxes.compareAndSet(number, null, new Inbox(this, GramConfig.recordsMax(config.receiveBytesMax())));
            inbox = inboxes.get(number);
            if (state.get() == State.OVER) {
                inbox.end(); // whoever sees a new inbox after the end finds it ended
            }
        }
        return inbox;
    }

    private static void throwFailure(CompletableFuture<Void> end) throws GramException {
        try {
            end.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GramException(GramException.ABORTED, "interrupted while closing", false);
        } catch (ExecutionException e) {
            throw ((GramException) e.getCause()).here();
        }
    }

    // the agent's

    ConnectionListener events() {
        return new Events();
    }

    /** Ends the connection, at the peer too if it still can. */
    void closeNow(int reason, String message) {
        if (connection != null) {
            connection.close(reason, message);
        }
    }

    void connection(Connection value) {
        connection = value;
    }

    /** Everything is over; {@code why} is null if it ended in good order. */
    void end(GramException why) {
        if (state.get() == State.OVER) {
            return;
        }
        // Once drained, room is only held by threads about to see that they come too late.
        boolean isAllAcknowledged = isDrained || unacknowledgedBytes() == 0;
        cause = why;
        state.set(State.OVER);
        loop.remove(this);
        GramException failure = why != null
                ? why
                : new GramException(ReasonCode.NO_ERROR, "closed before everything was acknowledged", false);
        asked.forEach(receipt -> receipt.fail(failure));
        asked.clear();
        if (refused != null) {
            ((Receipt) refused.attachment()).fail(failure);
            refused = null;
        }
        for (GramLane lane : used) {
            lane.outbox().fail(failure);
            lane.outbox().releaseWaiters();
        }
        for (int i = 0; i < LANES; i++) {
            Inbox inbox = inboxes.get(i);
            if (inbox != null) {
                inbox.end();
            }
        }
        if (why == null) {
            ended.complete(null);
        } else {
            ended.completeExceptionally(why);
        }
        if (isAllAcknowledged) {
            closed.complete(null);
        } else {
            closed.completeExceptionally(failure);
        }
    }

    private void onWork() {
        scheduled.set(false); // before looking: who comes after this is looked at again
        switch (state.get()) {
            case OPENING -> {}
            case OPEN -> move();
            case CLOSING -> {
                move();
                if (unacknowledgedBytes() == 0) {
                    isDrained = true;
                    closeNow(ReasonCode.NO_ERROR, "");
                }
            }
            case OVER -> failWaiting();
        }
    }

    private void move() {
        returnCredit();
        fill();
    }

    private void returnCredit() {
        for (long bytes = receivedBytes.getAndSet(0); bytes > 0; bytes -= Integer.MAX_VALUE) {
            connection.returnCredit((int) Math.min(bytes, Integer.MAX_VALUE));
        }
    }

    /** Hands records to the engine, lane after lane in turn, until it takes no more. */
    private void fill() {
        OutboundGram gram = refused == null ? next() : refused;
        while (gram != null && connection.trySend(gram)) {
            Receipt receipt = (Receipt) gram.attachment();
            if (receipt.acknowledged() != null) {
                asked.add(receipt);
            }
            gram = next();
        }
        refused = gram;
    }

    private OutboundGram next() {
        int laneCount = used.size();
        for (int i = 0; i < laneCount; i++) {
            laneNext = laneNext + 1 < laneCount ? laneNext + 1 : 0;
            OutboundGram gram = used.get(laneNext).outbox().poll();
            if (gram != null) {
                return gram;
            }
        }
        return null;
    }

    private long unacknowledgedBytes() {
        long bytes = 0;
        for (GramLane lane : used) {
            bytes += lane.outbox().waitingBytes();
        }
        return bytes;
    }

    /** Fails records that were put in while the connection ended. */
    private void failWaiting() {
        if (state.get() != State.OVER) {
            return;
        }
        late.lock();
        try {
            for (GramLane lane : used) {
                lane.outbox().fail(new GramException(ReasonCode.NO_ERROR, "offered as the connection ended", false));
            }
        } finally {
            late.unlock();
        }
    }

    /** The application's code must not end the endpoint, only its connection. */
    private void guarded(Runnable callback) {
        try {
            callback.run();
        } catch (RuntimeException e) {
            closeNow(GramException.ABORTED, "a callback failed: " + e);
        }
    }

    /** What the engine tells. */
    private final class Events implements ConnectionListener {
        @Override
        public void onConnected(Connection engine) {
            connection = engine;
            recordBytesMax =
                    Math.min(engine.peerLimits().slabBytesMax(), config.sendBytesMax() - GramConfig.costBytes(0));
            state.set(State.OPEN);
            loop.add(GramConnection.this);
            opened.accept(GramConnection.this);
        }

        @Override
        public void onGramDelivered(Connection engine, DeliveredGram gram) {
            Inbox inbox = inbox(gram.lane());
            byte[] record = gram.takeSlab();
            if (!inbox.isKeeping()) {
                guarded(() -> inbox.deliver(record));
                return;
            }
            int descriptorBytes = gram.keepCredit() - GramConfig.costBytes(record.length);
            if (descriptorBytes > 0) {
                engine.returnCredit(descriptorBytes); // records have none; whoever sends some pays for the record alone
            }
            inbox.deliver(record);
        }

        @Override
        public void onGramAcknowledged(Connection engine, OutboundGram gram) {
            Receipt receipt = (Receipt) gram.attachment();
            asked.remove(receipt);
            guarded(receipt::acknowledge);
            if (state.get() == State.CLOSING) {
                schedule();
            }
        }

        @Override
        public void onWritable(Connection engine) {
            fill();
        }

        @Override
        public void onClosed(Connection engine, int reason, String message, boolean byPeer) {
            end(reason == ReasonCode.NO_ERROR ? null : new GramException(reason, message, byPeer));
        }
    }
}
