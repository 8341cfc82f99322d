package io.packetfs.blob.chunk;

/** A number for each value of a byte (spec: CUT-2): the first 256 outputs of SplitMix64 from a seed that spells PFSCHUNK. */
final class GearTable {
    private static final long SEED = 0x4b4e_5548_4353_4650L; // "PFSCHUNK", little-endian
    private static final long STEP = 0x9e37_79b9_7f4a_7c15L;

    private GearTable() {}

    static long[] values() {
        long[] values = new long[256];
        long state = SEED;
        for (int i = 0; i < values.length; i++) {
            state += STEP;
            long mixed = (state ^ state >>> 30) * 0xbf58_476d_1ce4_e5b9L;
            mixed = (mixed ^ mixed >>> 27) * 0x94d0_49bb_1331_11ebL;
            values[i] = mixed ^ mixed >>> 31;
        }
        return values;
    }
}
