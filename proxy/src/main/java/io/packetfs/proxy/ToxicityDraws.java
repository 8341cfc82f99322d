package io.packetfs.proxy;

import java.util.SplittableRandom;

/**
 * Whether toxics act on one direction of one connection. Each toxic has a number drawn for it once, from the seed, whatever else happens
 * in the connection; it acts while the number is below its toxicity. So a higher toxicity only adds connections.
 */
final class ToxicityDraws {
    private final long seed;

    ToxicityDraws(long seed) {
        this.seed = seed;
    }

    boolean actsOn(Toxic toxic) {
        return new SplittableRandom(seed ^ (toxic.id() * 0x9E3779B97F4A7C15L)).nextDouble() < toxic.toxicity();
    }
}
