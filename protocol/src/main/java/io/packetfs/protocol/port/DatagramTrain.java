package io.packetfs.protocol.port;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/**
 * Datagrams side by side in one flat buffer, all for one destination, all of one size but the last, which may be shorter: what
 * segmentation offload takes in one call. The engine writes datagrams straight into {@link #memory()}; a port sends them and keeps
 * nothing.
 *
 * <p>Order of calls: {@link #reset}, then for each datagram {@link #hasRoom} and {@link #append}, until {@link #append} ends the train.
 * Not safe for use by several threads; one agent re-uses one train for ever.
 */
public final class DatagramTrain {
    private final byte[] array;
    private final MemorySegment memory;
    private InetSocketAddress destination;
    private int segmentBytes;
    private int length;
    private int count;
    private int countMax;
    private int ecn;
    private boolean ended;

    /** A train with room for {@code capacityBytes}, at most {@link PortFeatures#UDP_PAYLOAD_BYTES_MAX}. */
    public DatagramTrain(int capacityBytes) {
        if (capacityBytes < 1 || capacityBytes > PortFeatures.UDP_PAYLOAD_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "train capacity " + capacityBytes + " outside 1 to " + PortFeatures.UDP_PAYLOAD_BYTES_MAX);
        }
        array = new byte[capacityBytes];
        memory = MemorySegment.ofArray(array);
        destination = new InetSocketAddress(0);
    }

    /**
     * Empties the train for a new destination.
     *
     * @param segmentBytes the size of every datagram but the last, 1 to the capacity
     * @param countMax the most datagrams this train may take, at least 1
     */
    public void reset(InetSocketAddress destination, int segmentBytes, int countMax) {
        if (segmentBytes < 1 || segmentBytes > array.length || countMax < 1) {
            throw new IllegalArgumentException("train of " + countMax + " datagrams of " + segmentBytes + " bytes");
        }
        this.destination = destination;
        this.segmentBytes = segmentBytes;
        this.countMax = countMax;
        length = 0;
        count = 0;
        ecn = 0;
        ended = false;
    }

    /** Whether one more datagram of {@link #segmentBytes()} fits; it is written at offset {@link #length()}. */
    // Not by room(): this is asked for every packet, and need not divide.
    public boolean hasRoom() {
        return !ended && count < countMax && length + segmentBytes <= array.length;
    }

    /** How many datagrams of {@link #segmentBytes()} fit. */
    public int room() {
        return ended ? 0 : Math.min(countMax - count, (array.length - length) / segmentBytes);
    }

    /** Counts the datagram of {@code bytes} bytes that was written at {@link #length()}; a shorter one ends the train. */
    public void append(int bytes) {
        if (!hasRoom() || bytes < 1 || bytes > segmentBytes) {
            throw new IllegalStateException(
                    "datagram of " + bytes + " bytes after " + count + " of " + segmentBytes + " in this train");
        }
        length += bytes;
        count++;
        ended = bytes < segmentBytes;
    }

    /** The ECN field that the datagrams shall bear, 0 to 3; ports that do not mark ignore it. */
    public void ecn(int codepoint) {
        ecn = codepoint;
    }

    public InetSocketAddress destination() {
        return destination;
    }

    /** The whole buffer as a heap segment; the datagrams are its first {@link #length()} bytes. */
    public MemorySegment memory() {
        return memory;
    }

    /** The array under {@link #memory()}, from its first element, for carriers and ciphers that take arrays. */
    public byte[] array() {
        return array;
    }

    public int segmentBytes() {
        return segmentBytes;
    }

    public int length() {
        return length;
    }

    /** Count of datagrams. */
    public int count() {
        return count;
    }

    public int ecn() {
        return ecn;
    }

    public boolean isEmpty() {
        return count == 0;
    }
}
