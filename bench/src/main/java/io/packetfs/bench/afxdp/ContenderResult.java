package io.packetfs.bench.afxdp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/** All that was measured of one contender. */
final class ContenderResult {
    /** The percentiles that are reported, with the names they have in reports. */
    static final Map<String, Double> PERCENTILES = percentiles();

    private final Contender contender;
    private final Map<Integer, List<Throughput>> rounds = new TreeMap<>();
    private final Map<String, Histogram> latencies = new LinkedHashMap<>();
    private final List<String> errors = new ArrayList<>();

    ContenderResult(Contender contender) {
        this.contender = contender;
    }

    Contender contender() {
        return contender;
    }

    String name() {
        return contender.name();
    }

    void add(Throughput throughput) {
        rounds.computeIfAbsent(throughput.payloadBytes(), bytes -> new ArrayList<>())
                .add(throughput);
    }

    /** Adds the answers of one round to those before. */
    void add(String mode, Histogram histogram) {
        latencies.merge(mode, histogram, (all, more) -> {
            all.add(more);
            return all;
        });
    }

    void fail(String error) {
        errors.add(error);
    }

    List<String> errors() {
        return errors;
    }

    /** The middle of all rounds with this payload; NaN if there was none. */
    double median(int payloadBytes, ToDoubleFunction<Throughput> figure) {
        double[] values = rounds.getOrDefault(payloadBytes, List.of()).stream()
                .mapToDouble(figure)
                .sorted()
                .toArray();
        int middle = values.length / 2;
        if (values.length == 0) {
            return Double.NaN;
        }
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    /** Lowest and highest of all rounds with this payload. */
    double[] range(int payloadBytes, ToDoubleFunction<Throughput> figure) {
        double[] values = rounds.getOrDefault(payloadBytes, List.of()).stream()
                .mapToDouble(figure)
                .toArray();
        return values.length == 0
                ? new double[] {Double.NaN, Double.NaN}
                : new double[] {
                    Arrays.stream(values).min().orElseThrow(),
                    Arrays.stream(values).max().orElseThrow()
                };
    }

    /** By mode. */
    Map<String, Histogram> latencies() {
        return latencies;
    }

    Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", name());
        tree.put("what", contender.what());
        List<Object> sizes = new ArrayList<>();
        rounds.forEach((payloadBytes, all) -> sizes.add(sizeTree(payloadBytes, all)));
        tree.put("payloads", sizes);
        Map<String, Object> modes = new LinkedHashMap<>();
        latencies.forEach((mode, histogram) -> modes.put(mode, latencyTree(histogram)));
        tree.put("latency", modes);
        tree.put("errors", errors);
        return tree;
    }

    private Map<String, Object> sizeTree(int payloadBytes, List<Throughput> all) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("payload_bytes", payloadBytes);
        tree.put("gbps", median(payloadBytes, Throughput::gigabitsPerSecond));
        tree.put("packets_per_s", median(payloadBytes, Throughput::packetsPerSecond));
        tree.put("cpu_s_per_gib", median(payloadBytes, Throughput::cpuSecondsPerGib));
        tree.put("loss_ratio", median(payloadBytes, Throughput::lossRatio));
        tree.put("rounds", all.stream().map(Throughput::tree).toList());
        return tree;
    }

    private static Map<String, Object> latencyTree(Histogram histogram) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("answers", histogram.getTotalCount());
        PERCENTILES.forEach(
                (name, percentile) -> tree.put(name + "_us", histogram.getValueAtPercentile(percentile) / 1e3));
        tree.put("max_us", histogram.getMaxValue() / 1e3);
        return tree;
    }

    private static Map<String, Double> percentiles() {
        Map<String, Double> percentiles = new LinkedHashMap<>();
        percentiles.put("p50", 50.0);
        percentiles.put("p90", 90.0);
        percentiles.put("p99", 99.0);
        percentiles.put("p999", 99.9);
        return percentiles;
    }
}
