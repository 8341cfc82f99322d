package io.packetfs.sim;

/**
 * Datagrams that are due and go the same way: from one socket to one address. It takes what is due at once, and is emptied in the same
 * cycle. For one thread.
 */
final class Outbox {
    /** More than that wait for the next cycle. */
    static final int DATAGRAMS_MAX = 256;

    private final RelayDatagram[] datagrams = new RelayDatagram[DATAGRAMS_MAX];
    private int count;

    int count() {
        return count;
    }

    RelayDatagram get(int index) {
        return datagrams[index];
    }

    void add(RelayDatagram datagram) {
        datagrams[count++] = datagram;
    }

    void clear() {
        count = 0;
    }

    /**
     * How many datagrams from {@code first} on can be one message that the kernel cuts: all of one size but the last, which may be
     * shorter.
     *
     * @param countMax at least 1
     * @param bytesMax of all together; a first one that is larger is a message all the same
     */
    int trainCount(int first, int countMax, int bytesMax) {
        int segmentBytes = datagrams[first].length;
        int bytes = segmentBytes;
        int next = first + 1;
        int end = Math.min(count, first + countMax);
        while (next < end && datagrams[next - 1].length == segmentBytes) {
            int length = datagrams[next].length;
            if (length > segmentBytes || bytes + length > bytesMax) {
                break;
            }
            bytes += length;
            next++;
        }
        return next - first;
    }
}
