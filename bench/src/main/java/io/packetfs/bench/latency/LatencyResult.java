package io.packetfs.bench.latency;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * One contender at one loss.
 *
 * @param histogram latencies in microseconds; null if it failed
 * @param late records that had to wait for room before they could be offered; that is part of their latency
 * @param error why it failed; null if it did not
 */
record LatencyResult(LatencyContender contender, double loss, Histogram histogram, int late, String error) {
    /** What tables tell, in percent, and what it is called. */
    enum Percentile {
        P50(50),
        P90(90),
        P97(97),
        P99(99),
        P999(99.9),
        MAX(100);

        private final double percent;

        Percentile(double percent) {
            this.percent = percent;
        }

        double percent() {
            return percent;
        }
    }

    private static final double US_PER_MS = 1e3;

    double ms(Percentile percentile) {
        return ms(percentile.percent());
    }

    double ms(double percent) {
        return histogram.getValueAtPercentile(percent) / US_PER_MS;
    }

    Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", contender.label());
        tree.put("loss", loss);
        tree.put("error", error);
        tree.put("records", histogram == null ? null : histogram.getTotalCount());
        tree.put("late_offers", histogram == null ? null : late);
        Map<String, Object> latency = new LinkedHashMap<>();
        for (Percentile percentile : Percentile.values()) {
            latency.put(percentile.name().toLowerCase(Locale.ROOT), histogram == null ? null : ms(percentile));
        }
        tree.put("latency_ms", latency);
        return tree;
    }
}
