package io.packetfs.sim;

import java.util.Arrays;

/**
 * A queue before a link of limited rate: first in first out, the tail dropped when it would hold too many bytes. Times are exact: the
 * part of a nanosecond that a transmission leaves over is carried to the next one.
 */
final class BottleneckQueue {
    /** Answer of {@link #departNs} for a packet that found the queue full. */
    static final long FULL = -1;

    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final int CAPACITY_INITIAL = 64;

    /** Rings of the packets not yet wholly sent: when each is, and its bytes. */
    private long[] departsNs = new long[CAPACITY_INITIAL];

    private int[] packetBytes = new int[CAPACITY_INITIAL];
    private int head;
    private int count;
    private long queuedBytes;
    private long busyUntilNs;
    private long remainder;
    private long remainderRate;

    /**
     * Takes a packet.
     *
     * @param nowNs not before the time of an earlier call
     * @param bytes length on the wire, headers included
     * @param rateBitsPerSecond 0 for no limit: it leaves behind what is still queued
     * @return when its last bit has left, or {@link #FULL}
     */
    long departNs(long nowNs, int bytes, long rateBitsPerSecond, long bytesMax) {
        forgetDeparted(nowNs);
        if (rateBitsPerSecond == 0) {
            busyUntilNs = Math.max(busyUntilNs, nowNs);
            return busyUntilNs;
        }
        boolean idle = count == 0;
        // An idle link takes any packet, or a queue shorter than one packet would carry nothing at all.
        if (!idle && queuedBytes + bytes > bytesMax) {
            return FULL;
        }
        if (idle || remainderRate != rateBitsPerSecond) {
            remainder = 0;
            remainderRate = rateBitsPerSecond;
        }
        // Below 2^63: 65,563 bytes are 5.3e14 bit-nanoseconds, the remainder is below the rate.
        long work = bytes * 8L * NS_PER_SECOND + remainder;
        remainder = work % rateBitsPerSecond;
        busyUntilNs = Math.max(busyUntilNs, nowNs) + work / rateBitsPerSecond;
        append(busyUntilNs, bytes);
        return busyUntilNs;
    }

    /** What was queued, with the packet taken last, when it was taken. */
    long queuedBytes() {
        return queuedBytes;
    }

    private void forgetDeparted(long nowNs) {
        while (count > 0 && departsNs[head] <= nowNs) {
            queuedBytes -= packetBytes[head];
            head = (head + 1) & (departsNs.length - 1);
            count--;
        }
    }

    private void append(long departNs, int bytes) {
        if (count == departsNs.length) {
            grow();
        }
        int tail = (head + count) & (departsNs.length - 1);
        departsNs[tail] = departNs;
        packetBytes[tail] = bytes;
        count++;
        queuedBytes += bytes;
    }

    private void grow() {
        int capacity = Math.multiplyExact(departsNs.length, 2);
        long[] departs = Arrays.copyOfRange(departsNs, head, head + capacity);
        int[] bytes = Arrays.copyOfRange(packetBytes, head, head + capacity);
        int first = departsNs.length - head;
        System.arraycopy(departsNs, 0, departs, first, head);
        System.arraycopy(packetBytes, 0, bytes, first, head);
        departsNs = departs;
        packetBytes = bytes;
        head = 0;
    }
}
