package io.packetfs.sim;

/**
 * Inverts a run of consecutive bits somewhere in a datagram. A struck datagram always differs from what was sent, and a run longer
 * than the datagram inverts all of it.
 *
 * @param probability that a burst starts at a datagram that is not in one
 * @param burstDatagrams how many datagrams in succession are damaged, at least 1
 * @param burstBits how many bits in succession are inverted in each, at least 1
 */
public record Corruption(double probability, int burstDatagrams, int burstBits) {
    public static final Corruption NONE = new Corruption(0.0, 1, 1);

    public Corruption {
        Ranges.checkProbability("corruption probability", probability);
        Ranges.check("datagrams in a corruption burst", burstDatagrams, 1, 1_000_000);
        Ranges.check("bits in a corruption burst", burstBits, 1, 65_535 * 8);
    }

    /** Single bits inverted in single datagrams. */
    public static Corruption ofBits(double probability) {
        return new Corruption(probability, 1, 1);
    }
}
