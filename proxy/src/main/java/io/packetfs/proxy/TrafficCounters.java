package io.packetfs.proxy;

import io.packetfs.sim.LinkEvent;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What one direction of a proxy has read and written; any thread. */
final class TrafficCounters {
    private final LongAdder received = new LongAdder();
    private final LongAdder sent = new LongAdder();
    /** With every event from the beginning, so that threads only change what is in it. */
    private final Map<LinkEvent, LongAdder> datagrams = new EnumMap<>(LinkEvent.class);

    TrafficCounters() {
        for (LinkEvent event : LinkEvent.values()) {
            datagrams.put(event, new LongAdder());
        }
    }

    void received(long bytes) {
        received.add(bytes);
    }

    void sent(long bytes) {
        sent.add(bytes);
    }

    void datagrams(LinkEvent event, long count) {
        datagrams.get(event).add(count);
    }

    /** Datagrams that met an event; of TCP there are none. */
    long datagrams(LinkEvent event) {
        return datagrams.get(event).sum();
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
