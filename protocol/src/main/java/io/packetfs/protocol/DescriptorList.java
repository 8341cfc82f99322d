package io.packetfs.protocol;

import java.util.Arrays;

/**
 * Descriptors in memory: offsets and lengths side by side, in their order. It grows to what it has to hold and is used again after
 * {@link #clear}. Not safe for use by several threads.
 */
public final class DescriptorList {
    private long[] offsets = new long[16];
    private int[] lengths = new int[16];
    private int count;
    private long totalBytes;
    private long endMax;

    /** Empties it. */
    public DescriptorList clear() {
        count = 0;
        totalBytes = 0;
        endMax = 0;
        return this;
    }

    /**
     * Appends a descriptor.
     *
     * @param offset bytes, at least 0
     * @param length bytes, at least 1; it ends at 2^63 - 1 at most
     */
    public DescriptorList add(long offset, int length) {
        if (offset < 0 || length < 1 || offset > Long.MAX_VALUE - length) {
            throw new IllegalArgumentException("descriptor of " + length + " bytes at " + offset);
        }
        append(offset, length);
        return this;
    }

    /** Appends what was checked. */
    void append(long offset, int length) {
        if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * count);
            lengths = Arrays.copyOf(lengths, 2 * count);
        }
        offsets[count] = offset;
        lengths[count] = length;
        count++;
        totalBytes += length;
        endMax = Math.max(endMax, offset + length);
    }

    public int count() {
        return count;
    }

    /** Offset in the blob, in bytes. */
    public long offset(int index) {
        return offsets[index];
    }

    /** Length in bytes. */
    public int length(int index) {
        return lengths[index];
    }

    /** All lengths together, in bytes. */
    public long totalBytes() {
        return totalBytes;
    }

    /** Where the descriptor ends that reaches furthest; 0 when there is none. */
    public long endMax() {
        return endMax;
    }

    /** The longest length; 0 when there is none. */
    public int lengthMax() {
        int longest = 0;
        for (int i = 0; i < count; i++) {
            longest = Math.max(longest, lengths[i]);
        }
        return longest;
    }
}
