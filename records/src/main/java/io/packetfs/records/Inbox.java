package io.packetfs.records;

import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The records of one lane that have come. They keep their flow credit until they are received, so that a peer cannot send more than
 * {@link GramConfig#receiveBytesMax} ahead of this side's readers.
 */
final class Inbox {
    private final GramConnection connection;
    private final Mailbox<byte[]> records;

    // Set by the agent, read by receivers.
    private volatile Consumer<byte[]> handler;

    Inbox(GramConnection connection, int recordsMax) {
        this.connection = connection;
        records = new Mailbox<>(recordsMax);
    }

    /** Waits for the next record; null when the peer has ended the connection in good order and all records were received. */
    byte[] take() throws InterruptedException, GramException {
        requireNoHandler();
        return received(records.take());
    }

    byte[] take(long timeoutNs) throws InterruptedException, TimeoutException, GramException {
        requireNoHandler();
        return received(records.take(timeoutNs));
    }

    /** The next record if it is there; null if not. */
    byte[] poll() throws GramException {
        requireNoHandler();
        byte[] record = records.poll();
        return record == null && !records.isOver() ? null : received(record);
    }

    boolean isOver() {
        return records.isOver();
    }

    private byte[] received(byte[] record) throws GramException {
        if (record == null) {
            connection.throwIfLost();
            return null;
        }
        giveBack(record);
        return record;
    }

    /** Whether the inbox is empty is looked at last: so of threads that empty it together the last one makes the agent return all credit. */
    private void giveBack(byte[] record) {
        boolean due = connection.giveBack(GramConfig.costBytes(record.length));
        if (due || records.isEmpty()) {
            connection.schedule();
        }
    }

    private void requireNoHandler() {
        if (handler != null) {
            throw new IllegalStateException("the records of this lane go to a handler");
        }
    }

    // the agent's

    /** Whether a record that comes is kept here until somebody asks for it. */
    boolean isKeeping() {
        return handler == null;
    }

    void deliver(byte[] record) {
        if (handler != null) {
            handler.accept(record);
        } else {
            boolean kept = records.offer(record);
            assert kept : "no more records than there is credit for";
        }
    }

    /** From now on records go to {@code consumer}, first those that wait. */
    void handler(Consumer<byte[]> consumer) {
        for (byte[] record = records.poll(); record != null; record = records.poll()) {
            giveBack(record);
            consumer.accept(record);
        }
        handler = consumer;
    }

    void end() {
        records.end();
    }
}
