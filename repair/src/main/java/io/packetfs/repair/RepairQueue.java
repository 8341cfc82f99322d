package io.packetfs.repair;

import java.util.Arrays;

/**
 * The byte ranges that were lost and wait to be sent again, oldest loss first (spec: REP-1). A range may have been acknowledged in
 * the meantime: the taker asks the gram what of it is still missing.
 *
 * <p>Order of calls: {@link #add}; then while not {@link #isEmpty}, the getters of the head, and {@link #remove} or {@link #advance}.
 * Bounded by what was in flight; one agent thread.
 */
public final class RepairQueue {
    private static final int CAPACITY_INITIAL = 64;

    private byte[] kinds = new byte[CAPACITY_INITIAL];
    private long[] gramIds = new long[CAPACITY_INITIAL];
    private int[] positions = new int[CAPACITY_INITIAL];
    private int[] lengths = new int[CAPACITY_INITIAL];
    private long head;
    private long tail;

    /** Appends a range: {@link SentFrames#HEAD}, {@link SentFrames#CHUNK} or {@link SentFrames#GRAM}, with its bytes. */
    public void add(byte kind, long gramId, int position, int length) {
        if (tail - head == kinds.length) {
            grow();
        }
        int slot = (int) tail & (kinds.length - 1);
        kinds[slot] = kind;
        gramIds[slot] = gramId;
        positions[slot] = position;
        lengths[slot] = length;
        tail++;
    }

    public boolean isEmpty() {
        return head == tail;
    }

    public int size() {
        return (int) (tail - head);
    }

    public byte kind() {
        return kinds[headSlot()];
    }

    public long gramId() {
        return gramIds[headSlot()];
    }

    public int position() {
        return positions[headSlot()];
    }

    public int length() {
        return lengths[headSlot()];
    }

    /** Moves the start of the head range forward; a range without bytes left is removed. */
    public void advance(int bytes) {
        int slot = headSlot();
        assert bytes <= lengths[slot];
        positions[slot] += bytes;
        lengths[slot] -= bytes;
        if (lengths[slot] == 0) {
            head++;
        }
    }

    /** Removes the head range. */
    public void remove() {
        assert head != tail;
        head++;
    }

    private int headSlot() {
        return (int) head & (kinds.length - 1);
    }

    private void grow() {
        int count = kinds.length;
        kinds = Arrays.copyOf(kinds, count * 2);
        gramIds = Arrays.copyOf(gramIds, count * 2);
        positions = Arrays.copyOf(positions, count * 2);
        lengths = Arrays.copyOf(lengths, count * 2);
        System.arraycopy(kinds, 0, kinds, count, count);
        System.arraycopy(gramIds, 0, gramIds, count, count);
        System.arraycopy(positions, 0, positions, count, count);
        System.arraycopy(lengths, 0, lengths, count, count);
    }
}
