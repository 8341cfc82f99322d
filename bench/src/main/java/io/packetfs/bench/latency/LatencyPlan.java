package io.packetfs.bench.latency;

import io.packetfs.sim.LinkSettings;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a comparison of latencies keeps the same for all.
 *
 * @param delayNs of the wire, one way
 * @param rateBitsPerSecond of the wire, IP headers included
 * @param queueBytesMax before the wire
 * @param recordsPerSecond how many are to be sent, evenly
 * @param recordBytes of each
 * @param warmUpSeconds whose records do not count
 * @param seconds whose records do
 * @param seed of the wire's dice
 */
record LatencyPlan(
        long delayNs,
        long rateBitsPerSecond,
        long queueBytesMax,
        int recordsPerSecond,
        int recordBytes,
        int warmUpSeconds,
        int seconds,
        long seed) {
    /** Sent at, number. */
    static final int RECORD_BYTES_MIN = 12;

    int warmUpRecords() {
        return warmUpSeconds * recordsPerSecond;
    }

    int totalRecords() {
        return (warmUpSeconds + seconds) * recordsPerSecond;
    }

    LinkSettings settings(double loss) {
        return LinkSettings.builder()
                .delayNs(delayNs)
                .rateBitsPerSecond(rateBitsPerSecond)
                .queueBytesMax(queueBytesMax)
                .lossProbability(loss)
                .build();
    }

    /** As reports tell it. */
    Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("delay_ms", delayNs / 1e6);
        tree.put("rate_bps", rateBitsPerSecond);
        tree.put("queue_bytes", queueBytesMax);
        tree.put("records_per_s", recordsPerSecond);
        tree.put("record_bytes", recordBytes);
        tree.put("warm_up_s", warmUpSeconds);
        tree.put("seconds", seconds);
        tree.put("seed", seed);
        return tree;
    }
}
