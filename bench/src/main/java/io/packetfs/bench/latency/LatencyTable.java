package io.packetfs.bench.latency;

import io.packetfs.bench.latency.LatencyResult.Percentile;
import java.util.Locale;

/** Results as lines of text. */
final class LatencyTable {
    private LatencyTable() {}

    static String heading() {
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-7s %-18s", "loss", "latency, ms"));
        for (Percentile percentile : Percentile.values()) {
            line.append(String.format(Locale.ROOT, " %9s", percentile.name().toLowerCase(Locale.ROOT)));
        }
        return line.toString();
    }

    static String line(LatencyResult result) {
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "%-7s %-18s",
                percent(result.loss()),
                result.contender().label()));
        if (result.histogram() == null) {
            return line.append(" failed: ").append(result.error()).toString();
        }
        for (Percentile percentile : Percentile.values()) {
            line.append(String.format(Locale.ROOT, " %9s", ms(result.ms(percentile))));
        }
        return line.toString();
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.3g %%", share * 100);
    }

    static String ms(double value) {
        return String.format(Locale.ROOT, value < 1_000 ? "%.1f" : "%.0f", value);
    }
}
