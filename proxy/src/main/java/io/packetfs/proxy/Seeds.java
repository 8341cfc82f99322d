package io.packetfs.proxy;

/** Makes seeds of seeds, so that parts draw independently. */
final class Seeds {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private Seeds() {}

    /** The seed of part {@code part}. The finaliser of SplitMix64. */
    static long mix(long seed, long part) {
        long mixed = seed + (part + 1) * GOLDEN;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
