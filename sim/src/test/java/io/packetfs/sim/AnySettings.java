package io.packetfs.sim;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Builders;

/** Settings with every part drawn from its whole range. */
final class AnySettings {
    private AnySettings() {}

    static Arbitrary<LinkSettings> arbitrary() {
        Arbitrary<Double> probabilities = Arbitraries.doubles().between(0.0, 1.0);
        Arbitrary<Long> delays = Arbitraries.longs().between(0, LinkSettings.DELAY_NS_MAX);
        return Builders.withBuilder(LinkSettings::builder)
                .use(delays)
                .in(LinkSettings.Builder::delayNs)
                .use(delays)
                .in(LinkSettings.Builder::jitterNs)
                .use(Arbitraries.longs().between(0, LinkSettings.RATE_BITS_PER_SECOND_MAX))
                .in(LinkSettings.Builder::rateBitsPerSecond)
                .use(Arbitraries.longs().greaterOrEqual(0))
                .in(LinkSettings.Builder::queueBytesMax)
                .use(Arbitraries.integers().between(1, LinkSettings.PAYLOAD_BYTES_MAX))
                .in(LinkSettings.Builder::payloadBytesMax)
                .use(probabilities)
                .in(LinkSettings.Builder::lossProbability)
                .use(probabilities)
                .in(LinkSettings.Builder::duplicateProbability)
                .use(probabilities)
                .in(LinkSettings.Builder::truncateProbability)
                .use(probabilities.map(p -> new LossBursts(p, 1.0 - p, 0.0, p)))
                .in(LinkSettings.Builder::lossBursts)
                .use(delays.map(ns -> new Reordering(0.5, ns / 2, ns)))
                .in(LinkSettings.Builder::reordering)
                .use(probabilities.map(p -> new Corruption(p, 3, 8)))
                .in(LinkSettings.Builder::corruption)
                .use(delays.map(ns -> Blackout.every(ns + 1, ns / 2)))
                .in(LinkSettings.Builder::blackout)
                .use(Arbitraries.of(EcnMarking.NONE, EcnMarking.ALL_CE, EcnMarking.aboveQueueBytes(9)))
                .in(LinkSettings.Builder::ecnMarking)
                .use(Arbitraries.of(Merging.NONE, Merging.GRO, Merging.SIZE_UNKNOWN))
                .in(LinkSettings.Builder::merging)
                .build(LinkSettings.Builder::build);
    }
}
