package io.packetfs.records;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A sequence of records on a connection, in both directions. Records of an unordered lane are received as they come: one that was lost on
 * the way is waited for by nobody. Those of an ordered lane are received in the order in which they were offered. Lanes never wait for
 * each other's losses; they share the connection's rate, and its room at the receiver.
 *
 * <p>Any number of threads may offer and receive on a lane. Calls that wait park the thread, virtual or not, and end with {@link
 * InterruptedException} when it is interrupted: then the record was not taken. They must not be made from a callback.
 *
 * <p>A record that is offered belongs to the lane: its array must not change until it is acknowledged.
 */
public final class GramLane {
    private final GramConnection connection;
    private final int number;
    private final boolean ordered;
    private final Outbox outbox;
    private final Inbox inbox;

    GramLane(GramConnection connection, int number, boolean ordered, Inbox inbox, int sendBytesMax) {
        this.connection = connection;
        this.number = number;
        this.ordered = ordered;
        this.inbox = inbox;
        outbox = new Outbox(number, ordered, connection, sendBytesMax);
    }

    public GramConnection connection() {
        return connection;
    }

    /** 0 to 255. */
    public int number() {
        return number;
    }

    /** Whether the records that this side sends are received in the order of their offers. */
    public boolean isOrdered() {
        return ordered;
    }

    /** The longest record that may be offered: what the peer accepts, and fits into this side's buffer. */
    public int recordBytesMax() {
        return connection.recordBytesMax();
    }

    /**
     * Offers a record, and waits while the lane has no room for it.
     *
     * @throws IllegalArgumentException if it is longer than {@link #recordBytesMax()}
     * @throws GramException if the connection is over, or about to be closed
     */
    public void offer(byte[] record) throws InterruptedException, GramException {
        requireLength(record);
        connection.requireNotAgent("offer");
        outbox.offer(record, null);
    }

    /**
     * As {@link #offer(byte[])}, for a limited time.
     *
     * @return whether the record was taken
     */
    public boolean offer(byte[] record, Duration timeout) throws InterruptedException, GramException {
        requireLength(record);
        connection.requireNotAgent("offer");
        return outbox.offer(record, timeout.toNanos());
    }

    /**
     * Offers a record and never waits. After it was refused, {@link #onWritable} is told when half of the lane's room is free.
     *
     * @return whether the record was taken
     */
    public boolean tryOffer(byte[] record) throws GramException {
        requireLength(record);
        return outbox.tryOffer(record);
    }

    /**
     * As {@link #offer(byte[])}, for who wants to know when the peer has the record.
     *
     * @return completes when the whole record is at the peer's endpoint, though its application may not have received it yet; or with {@link
     *     GramException} when the connection has ended before that was known. It completes on the endpoint's thread: what follows
     *     and is long belongs on another one
     */
    public CompletableFuture<Void> send(byte[] record) throws InterruptedException, GramException {
        requireLength(record);
        connection.requireNotAgent("send");
        CompletableFuture<Void> acknowledged = new CompletableFuture<>();
        outbox.offer(record, acknowledged);
        return acknowledged;
    }

    /** What is called, on the endpoint's thread, when there is room again after {@link #tryOffer} refused a record. It must not wait. */
    public void onWritable(Runnable action) {
        outbox.onWritable(action);
    }

    /**
     * Waits for the next record.
     *
     * @return null when the connection was closed in good order and all its records on this lane were received
     * @throws GramException if the connection was lost, or given up, and all records that came before were received
     */
    public byte[] receive() throws InterruptedException, GramException {
        connection.requireNotAgent("receive");
        return inbox.take();
    }

    /**
     * As {@link #receive()}, for a limited time.
     *
     * @throws TimeoutException if no record came in time
     */
    public byte[] receive(Duration timeout) throws InterruptedException, TimeoutException, GramException {
        connection.requireNotAgent("receive");
        return inbox.take(timeout.toNanos());
    }

    /**
     * The next record if it is there; null if not.
     *
     * @throws GramException as {@link #receive()} does
     */
    public byte[] tryReceive() throws GramException {
        return inbox.poll();
    }

    /** Whether no record is here, and none will come. */
    public boolean isEnded() {
        return inbox.isOver();
    }

    /**
     * Hands records to {@code handler} as they come, beginning with those that wait, instead of keeping them for {@link #receive()}. It
     * is called on the endpoint's thread and must not wait: while it runs, nothing else is sent or received. A handler that throws ends
     * the connection. For the end see {@link GramConnection#ended()}.
     */
    public void onRecord(Consumer<byte[]> handler) {
        connection.handler(inbox, handler);
    }

    Outbox outbox() {
        return outbox;
    }

    private void requireLength(byte[] record) {
        int bytesMax = recordBytesMax();
        if (record.length > bytesMax) {
            throw new IllegalArgumentException(
                    "a record of " + record.length + " bytes was offered; the limit is " + bytesMax);
        }
    }
}
