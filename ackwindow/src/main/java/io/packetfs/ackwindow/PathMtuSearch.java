package io.packetfs.ackwindow;

/**
 * Finds the largest datagram that a path carries, by probing above the size in use and never by failing it (DPLPMTUD, RFC 8899). It starts
 * at the base size, tries the largest one first, because most paths carry that, and then halves the interval between what passed and
 * what did not. It notices when a path stops carrying what it carried before (a black hole) and falls back to the base.
 *
 * <p>Calling order, all from one thread: {@link #probeBytesDue} when something may be sent; if it is above 0, send a probe of that size and
 * call {@link #onProbeSent}; later {@link #onProbeAcked} or {@link #onProbeLost}. For data: {@link #onDatagramAcked}, {@link
 * #onDatagramLost}. Read {@link #datagramBytes()} after each. Time is nanoseconds on any monotonic scale.
 */
// spec: PTH-1, PTH-2
public final class PathMtuSearch {
    /** The size that every path is taken to carry. */
    public static final int BYTES_BASE = 1200;

    /** A size is given up after so many lost probes in a row (RFC 8899, MAX_PROBES). */
    public static final int TRIES_MAX = 3;

    /** The search ends when what passed and what did not are so close. */
    public static final int STEP_BYTES_MIN = 16;

    /** A finished search starts over after this: the path may have changed (RFC 8899, PMTU_RAISE_TIMER). */
    public static final long SEARCH_AGAIN_NS = 600_000_000_000L;

    /** After a black hole the search waits so long. */
    public static final long SEARCH_AFTER_BLACK_HOLE_NS = 60_000_000_000L;

    /** So many datagrams above the base size lost in a row, with none of them acknowledged, make a black hole, ... */
    public static final int LOST_IN_A_ROW_MAX = 8;

    /** ... when that has gone on for so long, so that a burst of loss is none. */
    public static final long LOST_IN_A_ROW_NS_MIN = 200_000_000L;

    private final int bytesInitial;
    private final int bytesMax;
    private int bytes;
    private int failedBytes;
    private int probeBytes;
    private int tries;
    private boolean isProbeInFlight;
    private boolean isWaiting;
    private long searchAgainNs;
    private int lostInARow;
    private long lostInARowSinceNs;

    /** Whether a datagram of the base size or less arrived since the last larger one did. */
    private boolean isSmallAcked;

    private long blackHoles;
    private long probesLost;

    /**
     * A search from the base size up.
     *
     * @param bytesMax the largest size to try; {@link #BYTES_BASE} or less means that nothing is searched
     */
    public PathMtuSearch(int bytesMax) {
        this(BYTES_BASE, bytesMax);
    }

    /**
     * A search from a size that the path is said to carry; it falls to the base size all the same when a black hole shows.
     *
     * @param bytesInitial at least {@link #BYTES_BASE}
     * @param bytesMax the largest size to try
     */
    public PathMtuSearch(int bytesInitial, int bytesMax) {
        this.bytesInitial = Math.max(bytesInitial, BYTES_BASE);
        bytes = this.bytesInitial;
        this.bytesMax = Math.max(bytesMax, bytes);
        startSearch();
    }

    /** The size of UDP payload that the path is known to carry. */
    public int datagramBytes() {
        return bytes;
    }

    /** The size of the probe that shall be sent now, or 0. */
    public int probeBytesDue(long nowNs) {
        if (isWaiting && nowNs - searchAgainNs >= 0) {
            startSearch();
        }
        return isWaiting || isProbeInFlight || bytes == bytesMax ? 0 : probeBytes;
    }

    public void onProbeSent(long nowNs, int sentBytes) {
        assert sentBytes == probeBytes && !isProbeInFlight;
        isProbeInFlight = true;
    }

    public void onProbeAcked(long nowNs, int ackedBytes) {
        if (ackedBytes > bytes && (failedBytes == 0 || ackedBytes < failedBytes)) {
            bytes = ackedBytes;
            lostInARow = 0;
        }
        if (ackedBytes == probeBytes && isProbeInFlight) {
            isProbeInFlight = false;
            nextProbe(nowNs);
        }
    }

    public void onProbeLost(long nowNs, int lostBytes) {
        probesLost++;
        if (lostBytes != probeBytes || !isProbeInFlight) {
            return;
        }
        isProbeInFlight = false;
        tries++;
        if (tries == TRIES_MAX) {
            failedBytes = lostBytes;
            nextProbe(nowNs);
        }
    }

    /** A datagram of data arrived, in time or late. */
    public void onDatagramAcked(int ackedBytes) {
        if (ackedBytes > BYTES_BASE) {
            lostInARow = 0;
            isSmallAcked = false;
        } else {
            isSmallAcked = true;
        }
    }

    /**
     * A datagram of data was declared lost. Large ones that vanish while small ones arrive are a black hole; when nothing arrives, the path
     * is dark for all sizes, which is no reason to shrink them. A sender whose probes are all large would never learn the difference: one
     * of two should be of the base size.
     *
     * @return true if this loss made the size fall to the base
     */
    public boolean onDatagramLost(long nowNs, int lostBytes) {
        if (lostBytes <= BYTES_BASE || bytes == BYTES_BASE) {
            return false;
        }
        if (lostInARow == 0) {
            lostInARowSinceNs = nowNs;
        }
        lostInARow++;
        boolean isLasting = lostInARow >= LOST_IN_A_ROW_MAX && nowNs - lostInARowSinceNs >= LOST_IN_A_ROW_NS_MIN;
        if (!isLasting || !isSmallAcked) {
            return false;
        }
        blackHoles++;
        bytes = BYTES_BASE;
        lostInARow = 0;
        isSmallAcked = false;
        waitFor(nowNs, SEARCH_AFTER_BLACK_HOLE_NS);
        return true;
    }

    /** Another path: the search starts from where it started first. */
    // spec: PTH-8
    public void restart() {
        bytes = bytesInitial;
        lostInARow = 0;
        isSmallAcked = false;
        startSearch();
    }

    public long blackHoles() {
        return blackHoles;
    }

    public long probesLost() {
        return probesLost;
    }

    private void startSearch() {
        isWaiting = false;
        isProbeInFlight = false;
        failedBytes = 0;
        tries = 0;
        probeBytes = bytesMax;
    }

    private void nextProbe(long nowNs) {
        tries = 0;
        if (bytes == bytesMax) {
            return;
        }
        if (failedBytes - bytes <= STEP_BYTES_MIN) {
            waitFor(nowNs, SEARCH_AGAIN_NS);
            return;
        }
        probeBytes = bytes + (failedBytes - bytes) / 2;
    }

    private void waitFor(long nowNs, long durationNs) {
        isWaiting = true;
        isProbeInFlight = false;
        searchAgainNs = nowNs + durationNs;
    }
}
