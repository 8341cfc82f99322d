package io.packetfs.cli;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * The runs of one contender under the same conditions, with all that belongs to them.
 *
 * @param payloadShare what a full packet of the contender carries for the application, of all its bytes
 * @param rounds what each run gave; empty if one failed
 * @param error why it failed; null if none did
 */
record WanResult(
        String contender,
        double payloadShare,
        WanPlan plan,
        WanPlan.Conditions conditions,
        List<WanMeasurement> rounds,
        String error) {

    boolean isKnown() {
        return !rounds.isEmpty();
    }

    /** The median of the runs; of an even number the lower one of the two in the middle. */
    double goodputBitsPerSecond() {
        return sorted().get((rounds.size() - 1) / 2).goodputBitsPerSecond();
    }

    double goodputBitsPerSecondLeast() {
        return sorted().getFirst().goodputBitsPerSecond();
    }

    double goodputBitsPerSecondMost() {
        return sorted().getLast().goodputBitsPerSecond();
    }

    private List<WanMeasurement> sorted() {
        return rounds.stream()
                .sorted(Comparator.comparingDouble(WanMeasurement::goodputBitsPerSecond))
                .toList();
    }

    /** What nobody with this framing can exceed: the rate, less what is lost, less the headers. */
    double limitBitsPerSecond() {
        return plan.rateBitsPerSecond() * (1 - plan.lossShare(conditions)) * payloadShare;
    }

    double limitShare() {
        return goodputBitsPerSecond() / limitBitsPerSecond();
    }

    /** The bytes on the wire beyond what full packets would have needed had nothing been lost, per byte needed; all runs together. */
    double overheadRatio() {
        return sum(WanMeasurement::wireBytes) * payloadShare / sum(WanMeasurement::payloadBytes) - 1;
    }

    /** The least overhead that loss allows: p / (1 - p). */
    double overheadRatioMin() {
        double loss = plan.lossShare(conditions);
        return loss / (1 - loss);
    }

    /** Per run, on average. */
    long retransmitted() {
        return Math.round((double) sum(WanMeasurement::retransmitted) / rounds.size());
    }

    private long sum(ToLongFunction<WanMeasurement> value) {
        return rounds.stream().mapToLong(value).sum();
    }

    Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", contender);
        tree.put("delay_ms", conditions.delayMs());
        tree.put("loss", conditions.loss());
        tree.put("error", error);
        tree.put("goodput_bps", isKnown() ? Math.round(goodputBitsPerSecond()) : null);
        tree.put(
                "goodput_bps_rounds",
                rounds.stream()
                        .map(round -> Math.round(round.goodputBitsPerSecond()))
                        .toList());
        tree.put("limit_bps", Math.round(limitBitsPerSecond()));
        tree.put("limit_share", isKnown() ? limitShare() : null);
        tree.put("payload_share", payloadShare);
        Map<String, Object> wire = new LinkedHashMap<>();
        wire.put("packets", isKnown() ? sum(WanMeasurement::wirePackets) : null);
        wire.put("bytes", isKnown() ? sum(WanMeasurement::wireBytes) : null);
        wire.put("retransmitted", isKnown() ? sum(WanMeasurement::retransmitted) : null);
        wire.put("overhead_ratio", isKnown() ? overheadRatio() : null);
        wire.put("overhead_ratio_min", overheadRatioMin());
        tree.put("wire", wire);
        return tree;
    }
}
