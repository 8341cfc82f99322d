package io.packetfs.bench.loopback;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * A figure over all rounds; NaN where no round has it.
 *
 * @param median the middle one, or halfway between the two in the middle
 */
record Spread(double median, double min, double max) {
    static Spread of(List<Measurement> rounds, ToDoubleFunction<Measurement> figure) {
        return of(rounds.stream().mapToDouble(figure).toArray());
    }

    static Spread of(double... values) {
        double[] sorted = Arrays.stream(values)
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
        if (sorted.length == 0) {
            return new Spread(Double.NaN, Double.NaN, Double.NaN);
        }
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    boolean isKnown() {
        return !Double.isNaN(median);
    }

    /** For JSON; null if it is not known. */
    Map<String, Object> tree() {
        if (!isKnown()) {
            return null;
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("median", median);
        tree.put("min", min);
        tree.put("max", max);
        return tree;
    }
}
