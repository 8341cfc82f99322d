package io.packetfs.sim;

/**
 * When a link is dark: datagrams that enter it then vanish. Those already under way arrive. Times are nanoseconds on the clock of the
 * network, or since a relay was started.
 *
 * @param fromNs the first dark instant
 * @param toNs the first light instant after it
 * @param periodNs 0 for a single window; else the window lies in every period of this length, counted from time 0
 */
public record Blackout(long fromNs, long toNs, long periodNs) {
    public static final Blackout NONE = new Blackout(0, 0, 0);

    public Blackout {
        Ranges.check("period in ns", periodNs, 0, Long.MAX_VALUE);
        Ranges.check("end of the dark in ns", toNs, 0, periodNs == 0 ? Long.MAX_VALUE : periodNs);
        Ranges.check("start of the dark in ns", fromNs, 0, toNs);
    }

    /** Dark once. */
    public static Blackout between(long fromNs, long toNs) {
        return new Blackout(fromNs, toNs, 0);
    }

    /** Dark for good. */
    public static Blackout since(long fromNs) {
        return new Blackout(fromNs, Long.MAX_VALUE, 0);
    }

    /** Dark for the last {@code darkNs} of every {@code periodNs}. */
    public static Blackout every(long periodNs, long darkNs) {
        Ranges.check("period in ns", periodNs, 1, Long.MAX_VALUE);
        Ranges.check("dark part of the period in ns", darkNs, 0, periodNs);
        return new Blackout(periodNs - darkNs, periodNs, periodNs);
    }

    /** Whether the link is dark at {@code nowNs}, at least 0. */
    public boolean isDark(long nowNs) {
        long ns = periodNs == 0 ? nowNs : nowNs % periodNs;
        return ns >= fromNs && ns < toNs;
    }
}
