package io.packetfs.proxy;

import io.packetfs.sim.LinkEvent;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** What one direction of a proxy has read and written; any thread. */
final class TrafficCounters {
    private final LongAdder received = new LongAdder();
    private final LongAdder sent = new LongAdder();
    // Written by one thread at a time, as a proxy is disabled, and read by any.
    private final AtomicLongArray datagrams = new AtomicLongArray(LinkEvent.values().length);

    void received(long bytes) {
        received.add(bytes);
    }

    void sent(long bytes) {
        sent.add(bytes);
    }

    void datagrams(LinkEvent event, long count) {
        datagrams.addAndGet(event.ordinal(), count);
    }

    /** Datagrams that met an event; of TCP there are none. */
    long datagrams(LinkEvent event) {
        return datagrams.get(event.ordinal());
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
