package io.packetfs.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What flows got that used one wire at the same time.
 *
 * @param names of the flows
 * @param measurements of each, in the same order
 */
record WireShares(List<String> names, List<WanMeasurement> measurements, WanPlan.Conditions conditions) {
    /** All that the flows got together. */
    double bitsPerSecond() {
        return measurements.stream()
                .mapToDouble(WanMeasurement::goodputBitsPerSecond)
                .sum();
    }

    /** The part of it that one flow got, 0 to 1. */
    double share(int flow) {
        return measurements.get(flow).goodputBitsPerSecond() / bitsPerSecond();
    }

    /** Jain's index: 1 where all get the same, one over their number where one gets all. */
    double jain() {
        double squares = measurements.stream()
                .mapToDouble(flow -> flow.goodputBitsPerSecond() * flow.goodputBitsPerSecond())
                .sum();
        return bitsPerSecond() * bitsPerSecond() / (measurements.size() * squares);
    }

    /** A flow's median round trip over that of the wire without a queue; null if it is not known. */
    private Double rttRatio(int flow) {
        Double median = measurements.get(flow).rttUsMedian();
        return median == null || conditions.delayNs() == 0 ? null : (Double) (median / (2e-3 * conditions.delayNs()));
    }

    /** For people. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            Double median = measurements.get(i).rttUsMedian();
            Double ratio = rttRatio(i);
            lines.add(String.format(
                    Locale.ROOT,
                    "  %-14s %14s %8s%s",
                    names.get(i),
                    Units.bitRate(measurements.get(i).goodputBitsPerSecond()),
                    WanTable.percent(share(i)),
                    ratio == null
                            ? ""
                            : String.format(
                                    Locale.ROOT,
                                    "   round trip p50 %.1f ms, %.2f of the wire's",
                                    median / 1e3,
                                    ratio)));
        }
        lines.add(
                String.format(Locale.ROOT, "  together %s, Jain's index %.3f", Units.bitRate(bitsPerSecond()), jain()));
        return lines;
    }

    Map<String, Object> tree() {
        List<Map<String, Object>> flows = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            Map<String, Object> flow = new LinkedHashMap<>();
            flow.put("name", names.get(i));
            flow.put("goodput_bps", Math.round(measurements.get(i).goodputBitsPerSecond()));
            flow.put("share", share(i));
            flow.put("rtt_us_p50", measurements.get(i).rttUsMedian());
            flow.put("rtt_ratio", rttRatio(i));
            flow.put("retransmitted", measurements.get(i).retransmitted());
            flows.add(flow);
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("results", flows);
        tree.put("goodput_bps", Math.round(bitsPerSecond()));
        tree.put("jain", jain());
        return tree;
    }
}
