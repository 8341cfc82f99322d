package io.packetfs.afxdp;

/**
 * Descriptors of packets in the packet memory, in order: what {@link XskSocket#receive} fills and {@link XskSocket#send} empties. Made
 * once and used again; one thread uses it.
 */
public final class FrameBatch {
    private final long[] addresses;
    private final int[] lengths;
    private final int[] options;
    private int count;

    /** @param capacity at least 1 */
    public FrameBatch(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("a batch of " + capacity);
        }
        addresses = new long[capacity];
        lengths = new int[capacity];
        options = new int[capacity];
    }

    public int capacity() {
        return addresses.length;
    }

    public int count() {
        return count;
    }

    /** How many more have room. */
    public int room() {
        return addresses.length - count;
    }

    /** The offset in the packet memory at which the packet, or this piece of it, begins. */
    public long address(int index) {
        return addresses[checked(index)];
    }

    public int lengthBytes(int index) {
        return lengths[checked(index)];
    }

    /** Whether the packet goes on in the next descriptor. */
    public boolean continues(int index) {
        return (options[checked(index)] & XdpDescriptor.CONTINUES) != 0;
    }

    int options(int index) {
        return options[checked(index)];
    }

    /** Sets how many bytes were written from the address on. */
    public void setLength(int index, int lengthBytes) {
        lengths[checked(index)] = lengthBytes;
    }

    /** Sets where the packet begins; in the same frame. */
    public void setAddress(int index, long address) {
        addresses[checked(index)] = address;
    }

    /** Sets whether the packet goes on in the next descriptor. */
    public void setContinues(int index, boolean continues) {
        int others = options[checked(index)] & ~XdpDescriptor.CONTINUES;
        options[index] = continues ? others | XdpDescriptor.CONTINUES : others;
    }

    void setOptions(int index, int value) {
        options[checked(index)] = value;
    }

    void add(long address, int lengthBytes, int descriptorOptions) {
        addresses[count] = address;
        lengths[count] = lengthBytes;
        options[count] = descriptorOptions;
        count++;
    }

    void clear() {
        count = 0;
    }

    /** Forgets the first ones. */
    void dropFirst(int dropped) {
        int rest = count - dropped;
        if (rest > 0) {
            System.arraycopy(addresses, dropped, addresses, 0, rest);
            System.arraycopy(lengths, dropped, lengths, 0, rest);
            System.arraycopy(options, dropped, options, 0, rest);
        }
        count = rest;
    }

    private int checked(int index) {
        if (index < 0 || index >= count) {
            throw new IndexOutOfBoundsException("descriptor " + index + " of " + count);
        }
        return index;
    }
}
