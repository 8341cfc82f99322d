package io.packetfs.ackwindow;

/**
 * Which packet carried a report up to which number, for the last {@link #REPORTS_REMEMBERED} reports. Both only grow, so a look-up is a
 * binary search.
 */
final class SentReports {
    /** A report older than so many others is forgotten; ranges then wait for the acknowledgement of a younger one. */
    static final int REPORTS_REMEMBERED = 1024;

    static final long UNKNOWN = -1;

    private final long[] packetNumbers = new long[REPORTS_REMEMBERED];
    private final long[] largest = new long[REPORTS_REMEMBERED];
    private long count;

    void add(long packetNumber, long largestReported) {
        int slot = slot(count);
        packetNumbers[slot] = packetNumber;
        largest[slot] = largestReported;
        count++;
    }

    /** The first packet that reported up to exactly {@code largestReported}, or {@link #UNKNOWN}. */
    long firstWith(long largestReported) {
        long low = Math.max(0, count - REPORTS_REMEMBERED);
        long high = count;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (largest[slot(middle)] < largestReported) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low < count && largest[slot(low)] == largestReported ? packetNumbers[slot(low)] : UNKNOWN;
    }

    private static int slot(long index) {
        return (int) (index % REPORTS_REMEMBERED);
    }
}
