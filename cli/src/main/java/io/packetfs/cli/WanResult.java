package io.packetfs.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A run with all that belongs to it.
 *
 * @param payloadShare what a full packet of the contender carries for the application, of all its bytes
 * @param measurement null if the run failed
 * @param error why it failed; null if it did not
 */
record WanResult(
        String contender,
        double payloadShare,
        long rateBitsPerSecond,
        WanPlan.Conditions conditions,
        WanMeasurement measurement,
        String error) {

    /** What nobody with this framing can exceed: the rate, less what is lost, less the headers. */
    double limitBitsPerSecond() {
        return rateBitsPerSecond * (1 - conditions.loss()) * payloadShare;
    }

    double limitShare() {
        return measurement.goodputBitsPerSecond() / limitBitsPerSecond();
    }

    /** The bytes on the wire beyond what full packets would have needed had nothing been lost, per byte needed. */
    double overheadRatio() {
        return measurement.wireBytes() * payloadShare / measurement.payloadBytes() - 1;
    }

    /** The least overhead that loss allows: p / (1 - p). */
    double overheadRatioMin() {
        return conditions.loss() / (1 - conditions.loss());
    }

    Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", contender);
        tree.put("delay_ms", conditions.delayMs());
        tree.put("loss", conditions.loss());
        tree.put("error", error);
        boolean known = measurement != null;
        tree.put("goodput_bps", known ? Math.round(measurement.goodputBitsPerSecond()) : null);
        tree.put("limit_bps", Math.round(limitBitsPerSecond()));
        tree.put("limit_share", known ? limitShare() : null);
        tree.put("payload_share", payloadShare);
        Map<String, Object> wire = new LinkedHashMap<>();
        wire.put("packets", known ? measurement.wirePackets() : null);
        wire.put("bytes", known ? measurement.wireBytes() : null);
        wire.put("retransmitted", known ? measurement.retransmitted() : null);
        wire.put("overhead_ratio", known ? overheadRatio() : null);
        wire.put("overhead_ratio_min", overheadRatioMin());
        tree.put("wire", wire);
        return tree;
    }
}
