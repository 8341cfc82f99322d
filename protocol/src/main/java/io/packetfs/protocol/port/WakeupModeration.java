package io.packetfs.protocol.port;

/**
 * When a port had better nap than be woken: while datagrams come closely, each wake-up costs whoever sends the next one an interrupt and
 * the receiver a switch, for a train or less. A nap of {@link #NAP_NS} lets several come. Network cards do the same with their interrupts
 * (adaptive moderation, {@code ethtool -C}).
 *
 * <p>A port tells how many datagrams have come, and asks before each wait. Not thread-safe.
 */
public final class WakeupModeration {
    /** How long a nap lasts, in nanoseconds, and so what it may add to a round trip, on a path that brings that much. */
    public static final long NAP_NS = 50_000;

    /** Datagrams come closely if less than this lies between them on average, in nanoseconds: 125,000 in a second. */
    private static final long CLOSE_NS = 8_000;

    private long count;
    private long sinceNs;

    /** So many datagrams have come. */
    public void onReceived(int datagrams) {
        count += datagrams;
    }

    /**
     * Whether the wait that begins should be a nap, by what has come since the last one began.
     *
     * @param nowNs the time, in nanoseconds of any origin
     */
    public boolean isNapDue(long nowNs) {
        boolean comesClosely = count * CLOSE_NS > nowNs - sinceNs;
        count = 0;
        sinceNs = nowNs;
        return comesClosely;
    }
}
