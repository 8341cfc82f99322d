package io.packetfs.sim;

/**
 * Holds some datagrams back, so that later ones overtake them. Nothing else on a link reorders: jitter keeps the order.
 *
 * @param probability per datagram
 * @param extraNsMin the shortest extra delay, nanoseconds
 * @param extraNsMax the longest; the delay is drawn evenly from the range
 */
public record Reordering(double probability, long extraNsMin, long extraNsMax) {
    public static final Reordering NONE = new Reordering(0.0, 0, 0);

    public Reordering {
        Ranges.checkProbability("reordering probability", probability);
        Ranges.check("longest extra delay in ns", extraNsMax, 0, LinkSettings.DELAY_NS_MAX);
        Ranges.check("shortest extra delay in ns", extraNsMin, 0, extraNsMax);
    }
}
