package io.packetfs.proxy;

import java.util.concurrent.atomic.LongAdder;

/** What one direction of a proxy has read and written; any thread. */
final class TrafficCounters {
    private final LongAdder received = new LongAdder();
    private final LongAdder sent = new LongAdder();

    void received(long bytes) {
        received.add(bytes);
    }

    void sent(long bytes) {
        sent.add(bytes);
    }

    /** Bytes from the source. */
    long receivedBytes() {
        return received.sum();
    }

    /** Bytes that the sink's kernel has taken. */
    long sentBytes() {
        return sent.sum();
    }
}
