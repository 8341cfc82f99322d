package io.packetfs.protocol;

/**
 * Ranges of packet numbers, the highest first, with at least one number missing between two of them. Bounded to what one ACK may list
 * (spec: ACK-2); re-used for ever, allocates nothing after it was made. Used by one thread.
 */
public final class AckRanges {
    /** The most ranges that one ACK lists. */
    public static final int COUNT_MAX = 256;

    private final long[] firsts = new long[COUNT_MAX];
    private final long[] lasts = new long[COUNT_MAX];
    private int count;

    public void clear() {
        count = 0;
    }

    /**
     * Adds the numbers {@code first} to {@code last}, both included, which lie below all ranges added before.
     *
     * @return false, and nothing is added, when the list is full: what an ACK cannot list are its lowest ranges
     */
    public boolean add(long first, long last) {
        assert 0 <= first && first <= last && last < Wire.NUMBER_END : first + " to " + last;
        assert count == 0 || last < firsts[count - 1] - 1 : last + " after " + firsts[count - 1];
        if (count == COUNT_MAX) {
            return false;
        }
        firsts[count] = first;
        lasts[count] = last;
        count++;
        return true;
    }

    public int count() {
        return count;
    }

    /** The smallest number of a range; range 0 is the highest one. */
    public long first(int index) {
        assert index < count : index;
        return firsts[index];
    }

    /** The largest number of a range. */
    public long last(int index) {
        assert index < count : index;
        return lasts[index];
    }

    /** The largest number of all. There has to be a range. */
    public long largest() {
        return last(0);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : ", ").append(firsts[i]).append("..").append(lasts[i]);
        }
        return text.append(']').toString();
    }
}
