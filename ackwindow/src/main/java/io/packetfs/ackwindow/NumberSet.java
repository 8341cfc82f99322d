package io.packetfs.ackwindow;

/**
 * A set of small integers that finds the next member in constant time however sparse it is: a bitmap, with a bitmap of its words above
 * it, and so on until one word is left. For 2^20 numbers that is four levels.
 */
final class NumberSet {
    private final long[][] levels;

    /** An empty set over 0 to {@code capacity - 1}; a power of two, at least 64. */
    NumberSet(int capacity) {
        assert capacity >= Long.SIZE && Integer.bitCount(capacity) == 1;
        int count = 1;
        for (int words = capacity >>> 6; words > 1; words = (words + 63) >>> 6) {
            count++;
        }
        levels = new long[count][];
        int words = capacity >>> 6;
        for (int level = 0; level < count; level++) {
            levels[level] = new long[words];
            words = (words + 63) >>> 6;
        }
    }

    void add(int member) {
        addAll(member, member);
    }

    /** Adds all from {@code first} to {@code last}. */
    void addAll(int first, int last) {
        long[] words = levels[0];
        for (int word = first >>> 6; word <= last >>> 6; word++) {
            long before = words[word];
            words[word] = before | between(word, first, last);
            if (before == 0) {
                addAbove(word);
            }
        }
    }

    void remove(int member) {
        removeAll(member, member);
    }

    /** Removes all from {@code first} to {@code last}. */
    void removeAll(int first, int last) {
        long[] words = levels[0];
        for (int word = first >>> 6; word <= last >>> 6; word++) {
            words[word] &= ~between(word, first, last);
            if (words[word] == 0) {
                removeAbove(word);
            }
        }
    }

    boolean contains(int member) {
        return (levels[0][member >>> 6] & 1L << member) != 0;
    }

    /** The lowest member at or above {@code from}, or -1 if there is none. */
    int next(int from) {
        int i = from;
        for (int level = 0; level < levels.length; level++) {
            int word = i >>> 6;
            if (word >= levels[level].length) {
                return -1;
            }
            long rest = levels[level][word] & -1L << i;
            if (rest != 0) {
                return descend(level, (word << 6) + Long.numberOfTrailingZeros(rest));
            }
            i = word + 1;
        }
        return -1;
    }

    /** The bits of a word, of 64 numbers each, that stand for what lies from {@code first} to {@code last}. */
    static long between(long word, long first, long last) {
        long from = word == first >>> 6 ? -1L << first : -1L;
        long to = word == last >>> 6 ? -1L >>> (63 - last) : -1L;
        return from & to;
    }

    /** Something is there in this word, where nothing was. */
    private void addAbove(int word) {
        int i = word;
        for (int level = 1; level < levels.length; level++) {
            long[] words = levels[level];
            long before = words[i >>> 6];
            words[i >>> 6] = before | 1L << i;
            if (before != 0) {
                return;
            }
            i >>>= 6;
        }
    }

    /** Nothing is left in this word. */
    private void removeAbove(int word) {
        int i = word;
        for (int level = 1; level < levels.length; level++) {
            long[] words = levels[level];
            words[i >>> 6] &= ~(1L << i);
            if (words[i >>> 6] != 0) {
                return;
            }
            i >>>= 6;
        }
    }

    private int descend(int level, int member) {
        int i = member;
        for (int below = level - 1; below >= 0; below--) {
            i = (i << 6) + Long.numberOfTrailingZeros(levels[below][i]);
        }
        return i;
    }
}
