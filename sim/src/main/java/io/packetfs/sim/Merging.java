package io.packetfs.sim;

/**
 * Receive merge (GRO): datagrams of one source that wait at a port in succession are handed over in one buffer, all of one size but
 * the last, which may be shorter.
 *
 * @param segmentsMax the most datagrams in one buffer; 1 for no merging
 * @param sizeKnown whether the port reports the segment size, or 0 as a carrier does that cannot tell
 * @param coalesceNs arrival times are rounded up to a multiple of this, so that datagrams of a slow link arrive together, as with
 *     a network card that interrupts seldom; 0 for exact arrival
 */
public record Merging(int segmentsMax, boolean sizeKnown, long coalesceNs) {
    public static final Merging NONE = new Merging(1, true, 0);

    /** As Linux merges: up to 64 datagrams, the size reported. */
    public static final Merging GRO = new Merging(64, true, 0);

    /** Merged like {@link #GRO}, and the size kept from the reader. */
    public static final Merging SIZE_UNKNOWN = new Merging(64, false, 0);

    public Merging {
        Ranges.check("merged segments", segmentsMax, 1, 65_535);
        Ranges.check("coalescing time in ns", coalesceNs, 0, LinkSettings.DELAY_NS_MAX);
    }
}
