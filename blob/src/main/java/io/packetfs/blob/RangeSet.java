package io.packetfs.blob;

import java.util.Arrays;

/** Ranges of positions in a block, ascending, disjoint and not touching each other. Bounded: see {@link #isCrowded()}. */
final class RangeSet {
    static final int RANGE_COUNT_MAX = 256;

    /** Start and end of each range by turns; one range more than the maximum fits, for the moment before it is noticed. */
    private final int[] borders = new int[2 * (RANGE_COUNT_MAX + 2)];

    private int count;

    /** Whether another separate range might not fit; the owner then has to empty this set. */
    boolean isCrowded() {
        return count >= RANGE_COUNT_MAX;
    }

    boolean isEmpty() {
        return count == 0;
    }

    int count() {
        return count;
    }

    int start(int range) {
        return borders[2 * range];
    }

    int end(int range) {
        return borders[2 * range + 1];
    }

    void clear() {
        count = 0;
    }

    boolean contains(int start, int end) {
        int range = firstEndingAtOrAfter(end);
        return range < count && start(range) <= start;
    }

    void add(int start, int end) {
        if (start >= end) {
            return;
        }
        int first = firstEndingAtOrAfter(start);
        int next = first;
        int mergedStart = start;
        int mergedEnd = end;
        while (next < count && start(next) <= end) {
            mergedStart = Math.min(mergedStart, start(next));
            mergedEnd = Math.max(mergedEnd, end(next));
            next++;
        }
        replace(first, next, 1);
        set(first, mergedStart, mergedEnd);
    }

    void remove(int start, int end) {
        if (start >= end) {
            return;
        }
        int first = firstEndingAtOrAfter(start + 1);
        int next = first;
        while (next < count && start(next) < end) {
            next++;
        }
        if (first == next) {
            return;
        }
        int leftStart = start(first);
        int rightEnd = end(next - 1);
        boolean left = leftStart < start;
        boolean right = rightEnd > end;
        replace(first, next, (left ? 1 : 0) + (right ? 1 : 0));
        if (left) {
            set(first, leftStart, start);
        }
        if (right) {
            set(left ? first + 1 : first, end, rightEnd);
        }
    }

    /** The first range whose end is at {@code position} or behind it, or {@link #count()}. */
    private int firstEndingAtOrAfter(int position) {
        // Bytes mostly arrive in order, so the answer is mostly the last range or none.
        if (count == 0 || end(count - 1) < position) {
            return count;
        }
        int low = 0;
        int high = count - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (end(middle) < position) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Makes room for {@code size} ranges in place of those from {@code first} to before {@code next}. */
    private void replace(int first, int next, int size) {
        int moved = count - next;
        System.arraycopy(borders, 2 * next, borders, 2 * (first + size), 2 * moved);
        count = first + size + moved;
    }

    private void set(int range, int start, int end) {
        borders[2 * range] = start;
        borders[2 * range + 1] = end;
    }

    @Override
    public String toString() {
        return Arrays.toString(Arrays.copyOf(borders, 2 * count));
    }
}
