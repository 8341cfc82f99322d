package io.packetfs.transfer;

import io.packetfs.transfer.record.ByteRange;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that a receiver wants, handed out by cells of 1 MiB of the address space, in order, to whichever connection has room: all bytes
 * of a cell go over one connection (spec: STP-3). Each connection has a {@link Taker}, used by its own thread.
 */
final class BulkCells {
    private final long bytes;
    private final ByteRangeSet have;
    private long limit;

    // The next cell that nobody has; taken from by the threads of all connections.
    private final AtomicLong nextCell = new AtomicLong();

    /**
     * @param have what the receiver has already; it does not change any more, but by {@link #leaveOut}
     */
    BulkCells(long bytes, ByteRangeSet have) {
        this.bytes = bytes;
        this.have = have;
        limit = bytes;
    }

    /** Of bytes from here on it is not known yet whether they are wanted. For transfers over one connection only. */
    void limit(long end) {
        limit = end;
    }

    /** Bytes that are not wanted any more, before any cell with one of them was handed out. For transfers over one connection only. */
    void leaveOut(long offset, long length) {
        have.add(offset, length);
    }

    /** Whether every cell has been handed out. Any thread. */
    boolean isExhausted() {
        return nextCell.get() * Lanes.BULK_GRAM_BYTES >= bytes;
    }

    Taker newTaker() {
        return new Taker();
    }

    /** What one connection takes. */
    final class Taker {
        private long position;
        private long end;

        // Written by the connection's thread before it takes its first cell, read by the transfer's when all are gone.
        private volatile boolean hasAsked;

        /**
         * Whether it has ever asked for a cell. If it had not when {@link #isExhausted} was true, it never gets one. Any thread.
         */
        boolean hasAsked() {
            return hasAsked;
        }

        /** The next range that the receiver wants, inside one cell; null when there is none left, or not yet. spec: FLO-3 */
        ByteRange next() {
            while (true) {
                while (position < end) {
                    List<ByteRange> inHand = have.within(position, end - position);
                    long start = position;
                    long stop = inHand.isEmpty() ? end : inHand.getFirst().offset();
                    position = inHand.isEmpty() ? end : inHand.getFirst().end();
                    if (stop > start) {
                        return new ByteRange(start, stop - start);
                    }
                }
                hasAsked = true;
                if (isExhausted() || Math.min(bytes, (nextCell.get() + 1) * Lanes.BULK_GRAM_BYTES) > limit) {
                    return null;
                }
                position = nextCell.getAndIncrement() * Lanes.BULK_GRAM_BYTES;
                end = Math.min(bytes, position + Lanes.BULK_GRAM_BYTES);
            }
        }
    }
}
