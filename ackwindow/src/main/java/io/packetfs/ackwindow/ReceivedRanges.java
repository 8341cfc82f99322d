package io.packetfs.ackwindow;

import io.packetfs.protocol.AckRanges;

/**
 * The ranges of packet numbers that arrived and that the peer is not known to have seen reported, kept incrementally in ascending order.
 * At most {@link AckRanges#COUNT_MAX}; when one more is needed, the lowest leaves and is counted. The common case, the next number in
 * order, costs a comparison; the worst moves all ranges by one place.
 */
// spec: ACK-2
final class ReceivedRanges {
    /** What has not changed since before the first report. */
    private static final long NEVER = -1;

    private final long[] firsts = new long[AckRanges.COUNT_MAX];
    private final long[] lasts = new long[AckRanges.COUNT_MAX];

    /** Per range the last report made before a late number entered it: that report, and earlier ones, did not show all of the range. */
    private final long[] changedAfter = new long[AckRanges.COUNT_MAX];

    private int count;
    private long lastReport = NEVER;
    private long dropped;

    /** Adds a number that is in no range. */
    void add(long number) {
        int above = count;
        while (above > 0 && firsts[above - 1] > number) {
            above--;
        }
        int below = above - 1;
        boolean isLate = above < count || (count > 0 && lasts[below] > number);
        long changed = isLate ? lastReport : NEVER;
        boolean joinsBelow = below >= 0 && lasts[below] == number - 1;
        boolean joinsAbove = above < count && firsts[above] == number + 1;
        if (joinsBelow) {
            lasts[below] = joinsAbove ? lasts[above] : number;
            changedAfter[below] = Math.max(changedAfter[below], changed);
            if (joinsAbove) {
                changedAfter[below] = Math.max(changedAfter[below], changedAfter[above]);
                remove(above);
            }
        } else if (joinsAbove) {
            firsts[above] = number;
            changedAfter[above] = Math.max(changedAfter[above], changed);
        } else {
            insert(above, number, changed);
        }
    }

    /** Adds {@code countAdded} numbers, at least 1, from {@code first} on, which is above all there are. */
    void addNext(long first, int countAdded) {
        add(first);
        lasts[count - 1] = first + countAdded - 1;
    }

    /** Report number {@code report}, above all before it, shows the ranges as they are now. */
    void onReported(long report) {
        lastReport = report;
    }

    /**
     * The peer has report {@code report}, whose largest number was {@code largest}: what it showed is forgotten. The largest number of
     * all stays, so that there always is one to report.
     */
    void forgetReported(long report, long largest) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            boolean isTop = i == count - 1;
            long first = firsts[i];
            if (changedAfter[i] < report) {
                long limit = isTop ? Math.min(largest, lasts[i] - 1) : largest;
                first = Math.max(first, limit + 1);
            }
            if (first <= lasts[i]) {
                firsts[kept] = first;
                lasts[kept] = lasts[i];
                changedAfter[kept] = changedAfter[i];
                kept++;
            }
        }
        count = kept;
    }

    /** Replaces what {@code ranges} holds by these ranges, the highest first. */
    void copyTo(AckRanges ranges) {
        ranges.clear();
        for (int i = count - 1; i >= 0; i--) {
            ranges.add(firsts[i], lasts[i]);
        }
    }

    int count() {
        return count;
    }

    /** Ranges that left because there were too many. */
    long dropped() {
        return dropped;
    }

    private void insert(int index, long number, long changed) {
        int at = index;
        if (count == AckRanges.COUNT_MAX) {
            dropped++;
            if (at == 0) {
                // The new number would be the lowest range of all: it is the one that is too many.
                return;
            }
            remove(0);
            at--;
        }
        System.arraycopy(firsts, at, firsts, at + 1, count - at);
        System.arraycopy(lasts, at, lasts, at + 1, count - at);
        System.arraycopy(changedAfter, at, changedAfter, at + 1, count - at);
        firsts[at] = number;
        lasts[at] = number;
        changedAfter[at] = changed;
        count++;
    }

    private void remove(int index) {
        count--;
        System.arraycopy(firsts, index + 1, firsts, index, count - index);
        System.arraycopy(lasts, index + 1, lasts, index, count - index);
        System.arraycopy(changedAfter, index + 1, changedAfter, index, count - index);
    }
}
