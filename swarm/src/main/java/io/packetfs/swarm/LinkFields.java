package io.packetfs.swarm;

import io.packetfs.sim.Blackout;
import io.packetfs.sim.Corruption;
import io.packetfs.sim.EcnMarking;
import io.packetfs.sim.LinkSettings;
import io.packetfs.sim.LossBursts;
import io.packetfs.sim.Merging;
import io.packetfs.sim.Reordering;
import java.util.LinkedHashMap;
import java.util.Map;

/** How one direction of a path stands in a scenario file. */
final class LinkFields {
    private static final double MILLION = 1e6;

    private LinkFields() {}

    /** What is not given is as in {@code base}. */
    static LinkSettings read(Fields fields, LinkSettings base) {
        LinkSettings.Builder link = base.toBuilder()
                .delayNs(fields.millionfold("delay_ms", base.delayNs()))
                .jitterNs(fields.millionfold("jitter_ms", base.jitterNs()))
                .rateBitsPerSecond(fields.millionfold("rate_mbit", base.rateBitsPerSecond()))
                .queueBytesMax(fields.whole("queue_bytes", base.queueBytesMax()))
                .payloadBytesMax(fields.count("mtu", base.payloadBytesMax() + LinkSettings.HEADER_BYTES)
                        - LinkSettings.HEADER_BYTES)
                .lossProbability(fields.number("loss", base.lossProbability()))
                .duplicateProbability(fields.number("duplicate", base.duplicateProbability()))
                .truncateProbability(fields.number("truncate", base.truncateProbability()));
        fields.object("bursts").ifPresent(bursts -> link.lossBursts(bursts.make(() -> readBursts(bursts))));
        fields.object("reorder")
                .ifPresent(part -> link.reordering(part.make(() -> new Reordering(
                        part.number("probability", 0), part.millionfold("ms_min", 0), part.millionfold("ms_max", 0)))));
        fields.object("corrupt")
                .ifPresent(part -> link.corruption(part.make(() -> new Corruption(
                        part.number("probability", 0), part.count("datagrams", 1), part.count("bits", 1)))));
        fields.object("dark")
                .ifPresent(part -> link.blackout(part.make(() -> new Blackout(
                        part.millionfold("from_ms", 0),
                        part.millionfold("to_ms", Long.MAX_VALUE),
                        part.millionfold("period_ms", 0)))));
        fields.object("ecn")
                .ifPresent(part -> link.ecnMarking(part.make(() -> new EcnMarking(
                        part.flag("bleach", false),
                        part.number("ce", 0),
                        part.whole("ce_queue_bytes", Long.MAX_VALUE)))));
        fields.object("merge")
                .ifPresent(part -> link.merging(part.make(() -> new Merging(
                        part.count("segments", Merging.GRO.segmentsMax()),
                        part.flag("size_known", true),
                        part.millionfold("coalesce_ms", 0)))));
        return link.build();
    }

    /** What differs from {@code base}. */
    static Map<String, Object> write(LinkSettings link, LinkSettings base) {
        Map<String, Object> tree = new LinkedHashMap<>();
        put(tree, "delay_ms", link.delayNs() / MILLION, base.delayNs() / MILLION);
        put(tree, "jitter_ms", link.jitterNs() / MILLION, base.jitterNs() / MILLION);
        put(tree, "rate_mbit", link.rateBitsPerSecond() / MILLION, base.rateBitsPerSecond() / MILLION);
        put(tree, "queue_bytes", link.queueBytesMax(), base.queueBytesMax());
        put(
                tree,
                "mtu",
                link.payloadBytesMax() + LinkSettings.HEADER_BYTES,
                base.payloadBytesMax() + LinkSettings.HEADER_BYTES);
        put(tree, "loss", link.lossProbability(), base.lossProbability());
        put(tree, "bursts", bursts(link.lossBursts()), bursts(base.lossBursts()));
        put(tree, "reorder", reordering(link.reordering()), reordering(base.reordering()));
        put(tree, "duplicate", link.duplicateProbability(), base.duplicateProbability());
        put(tree, "corrupt", corruption(link.corruption()), corruption(base.corruption()));
        put(tree, "truncate", link.truncateProbability(), base.truncateProbability());
        put(tree, "dark", dark(link.blackout()), dark(base.blackout()));
        put(tree, "ecn", ecn(link.ecnMarking()), ecn(base.ecnMarking()));
        put(tree, "merge", merging(link.merging()), merging(base.merging()));
        return tree;
    }

    /** Either what is lost, or the four probabilities. */
    private static LossBursts readBursts(Fields part) {
        if (part.has("share")) {
            return LossBursts.of(part.number("share", 0), part.number("datagrams", 1));
        }
        return new LossBursts(
                part.number("good_to_bad", 0),
                part.number("bad_to_good", 1),
                part.number("good_loss", 0),
                part.number("bad_loss", 1));
    }

    private static void put(Map<String, Object> tree, String name, Object value, Object base) {
        if (!value.equals(base)) {
            tree.put(name, value);
        }
    }

    private static Map<String, Object> bursts(LossBursts bursts) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("good_to_bad", bursts.goodToBadProbability());
        tree.put("bad_to_good", bursts.badToGoodProbability());
        tree.put("good_loss", bursts.goodLossProbability());
        tree.put("bad_loss", bursts.badLossProbability());
        return tree;
    }

    private static Map<String, Object> reordering(Reordering reordering) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("probability", reordering.probability());
        tree.put("ms_min", reordering.extraNsMin() / MILLION);
        tree.put("ms_max", reordering.extraNsMax() / MILLION);
        return tree;
    }

    private static Map<String, Object> corruption(Corruption corruption) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("probability", corruption.probability());
        tree.put("datagrams", corruption.burstDatagrams());
        tree.put("bits", corruption.burstBits());
        return tree;
    }

    private static Map<String, Object> dark(Blackout dark) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("from_ms", dark.fromNs() / MILLION);
        if (dark.toNs() != Long.MAX_VALUE) {
            tree.put("to_ms", dark.toNs() / MILLION);
        }
        tree.put("period_ms", dark.periodNs() / MILLION);
        return tree;
    }

    private static Map<String, Object> ecn(EcnMarking ecn) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("bleach", ecn.bleach());
        tree.put("ce", ecn.ceProbability());
        if (ecn.ceQueueBytes() != Long.MAX_VALUE) {
            tree.put("ce_queue_bytes", ecn.ceQueueBytes());
        }
        return tree;
    }

    private static Map<String, Object> merging(Merging merging) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("segments", merging.segmentsMax());
        tree.put("size_known", merging.sizeKnown());
        tree.put("coalesce_ms", merging.coalesceNs() / MILLION);
        return tree;
    }
}
