package io.packetfs.cli;

import io.packetfs.sim.LinkSettings;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a comparison over a wire keeps the same for all.
 *
 * @param wire what the wire is like besides delay and loss, both ways
 * @param warmUpSeconds left out of the goodput: until start-up is over and everything is compiled
 * @param seconds the steady part
 * @param tailSeconds for which all go on after that, where several run at once: so none is measured while another is not there
 */
record WanPlan(LinkSettings wire, int warmUpSeconds, int seconds, int tailSeconds, int rounds, long seed) {
    private static final double NS_PER_MS = 1e6;
    private static final int SECONDS_MAX = 3_600;

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

    /** @throws IllegalArgumentException if it cannot be; the message says why */
    WanPlan {
        if (warmUpSeconds < 0 || warmUpSeconds > SECONDS_MAX || seconds < 1 || seconds > SECONDS_MAX) {
            throw new IllegalArgumentException("--seconds is a number from 1 to 3600, --warm-up one from 0 to 3600");
        }
        if (rounds < 1 || rounds > 99) {
            throw new IllegalArgumentException("--rounds is a number from 1 to 99");
        }
        if (wire.rateBitsPerSecond() < 1) {
            throw new IllegalArgumentException("--rate is above 0");
        }
    }

    long rateBitsPerSecond() {
        return wire.rateBitsPerSecond();
    }

    int totalSeconds() {
        return warmUpSeconds + seconds + tailSeconds;
    }

    LinkSettings settings(Conditions conditions) {
        return wire.toBuilder()
                .delayNs(conditions.delayNs())
                .lossProbability(conditions.loss())
                .build();
    }

    /** What the wire loses of all packets, one by one and in bursts. */
    double lossShare(Conditions conditions) {
        return 1 - (1 - conditions.loss()) * (1 - wire.lossBursts().lossShare());
    }

    /** As reports tell it. */
    Map<String, Object> describe() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("rate_bps", rateBitsPerSecond());
        tree.put("queue_bytes", wire.queueBytesMax());
        tree.put("burst_loss", wire.lossBursts().lossShare());
        tree.put("reorder", wire.reordering().probability());
        tree.put("reorder_ns", wire.reordering().extraNsMax());
        tree.put("warm_up_s", warmUpSeconds);
        tree.put("seconds", seconds);
        tree.put("rounds", rounds);
        tree.put("seed", seed);
        return tree;
    }
}
