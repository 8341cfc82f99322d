package io.packetfs.proxy;

import io.packetfs.sim.Corruption;
import io.packetfs.sim.LinkSettings;
import io.packetfs.sim.LossBursts;
import io.packetfs.sim.Reordering;
import java.util.List;

/** What toxics mean for datagrams. A stream has at most one toxic of a kind, so none has to be added to another. */
final class UdpSettings {
    private static final long NS_PER_MS = 1_000_000;
    private static final long BITS_PER_KB = 8_000;

    private UdpSettings() {}

    /**
     * Throws if {@code added} cannot act on datagrams, or not beside those that are there.
     *
     * @param others the proxy's toxics without it
     */
    static void check(Toxic added, List<Toxic> others) throws ProxyException {
        if (!added.type().isForUdp()) {
            throw ProxyException.bad("the toxic " + added.type().label() + " is for TCP only");
        }
        if (added.toxicity() != 1.0) {
            throw ProxyException.bad("on UDP, toxicity can only be 1");
        }
        for (Toxic other : others) {
            boolean sameKind = other.type() == added.type() || (limitsRate(other) && limitsRate(added));
            if (sameKind && other.direction() == added.direction()) {
                throw ProxyException.bad("on UDP, a stream can have one toxic of a kind, and "
                        + added.direction().label() + " has " + other.name());
            }
        }
        build(List.of(added), added.direction());
    }

    /** The settings of one direction; the toxics have been checked. */
    static LinkSettings of(List<Toxic> toxics, Direction direction) {
        try {
            return build(toxics, direction);
        } catch (ProxyException e) {
            throw new IllegalStateException("a toxic was let in that cannot be", e);
        }
    }

    private static LinkSettings build(List<Toxic> toxics, Direction direction) throws ProxyException {
        LinkSettings.Builder link = LinkSettings.builder();
        boolean blocked = false;
        try {
            for (Toxic toxic : toxics) {
                if (toxic.direction() == direction) {
                    set(link, toxic);
                    blocked |= blocks(toxic);
                }
            }
            return (blocked ? link.lossProbability(1.0) : link).build();
        } catch (IllegalArgumentException e) {
            throw ProxyException.bad(e.getMessage());
        }
    }

    private static void set(LinkSettings.Builder link, Toxic toxic) {
        switch (toxic.type()) {
            case LATENCY -> {
                long leastMs = Math.max(0, toxic.attribute("latency") - toxic.attribute("jitter"));
                link.delayMs(leastMs).jitterMs(toxic.attribute("latency") + toxic.attribute("jitter") - leastMs);
            }
            case BANDWIDTH ->
                link.rateBitsPerSecond(
                        Math.min(toxic.attribute("rate") * BITS_PER_KB, LinkSettings.RATE_BITS_PER_SECOND_MAX));
            case RATE ->
                link.rateBitsPerSecond(toxic.attribute("bits_per_second"))
                        .queueBytesMax(toxic.attribute("queue_bytes"));
            case LOSS -> link.lossProbability(toxic.fraction("probability"));
            case BURST_LOSS ->
                link.lossBursts(new LossBursts(
                        toxic.fraction("good_to_bad"),
                        toxic.fraction("bad_to_good"),
                        toxic.fraction("good_loss"),
                        toxic.fraction("bad_loss")));
            case REORDER ->
                link.reordering(new Reordering(
                        toxic.fraction("probability"),
                        toxic.attribute("delay_min") * NS_PER_MS,
                        toxic.attribute("delay_max") * NS_PER_MS));
            case DUPLICATE -> link.duplicateProbability(toxic.fraction("probability"));
            case CORRUPT -> link.corruption(Corruption.ofBits(toxic.fraction("probability")));
            case MTU -> link.payloadBytesMax((int) toxic.attribute("payload_bytes"));
            default -> {
                // timeout, which blocks, and what check has kept out.
            }
        }
    }

    /** Nothing passes, as on TCP; only there is nothing to close afterwards. */
    private static boolean blocks(Toxic toxic) {
        return toxic.type() == ToxicType.TIMEOUT
                || (toxic.type() == ToxicType.BANDWIDTH && toxic.attribute("rate") == 0);
    }

    private static boolean limitsRate(Toxic toxic) {
        return toxic.type() == ToxicType.BANDWIDTH || toxic.type() == ToxicType.RATE;
    }
}
