package io.packetfs.cli;

import io.packetfs.sim.LinkSettings;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a comparison over a wire keeps the same for all.
 *
 * @param rateBitsPerSecond of the wire, IP headers included
 * @param queueBytesMax before the wire, bytes
 * @param warmUpSeconds left out of the goodput: until start-up is over and everything is compiled
 * @param seconds the steady part
 */
record WanPlan(long rateBitsPerSecond, long queueBytesMax, int warmUpSeconds, int seconds, long seed) {
    private static final double NS_PER_MS = 1e6;

    /** One place on the map. */
    record Conditions(long delayNs, double loss) {
        double delayMs() {
            return delayNs / NS_PER_MS;
        }

        @Override
        public String toString() {
            return Units.decimal(delayMs()) + " ms, " + Units.decimal(loss * 100) + " % loss";
        }
    }

    int totalSeconds() {
        return warmUpSeconds + seconds;
    }

    LinkSettings settings(Conditions conditions) {
        return LinkSettings.builder()
                .delayNs(conditions.delayNs())
                .rateBitsPerSecond(rateBitsPerSecond)
                .queueBytesMax(queueBytesMax)
                .lossProbability(conditions.loss())
                .build();
    }

    /** As reports tell it. */
    Map<String, Object> describe() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("rate_bps", rateBitsPerSecond);
        tree.put("queue_bytes", queueBytesMax);
        tree.put("warm_up_s", warmUpSeconds);
        tree.put("seconds", seconds);
        tree.put("seed", seed);
        return tree;
    }
}
