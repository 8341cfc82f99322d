package io.packetfs.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetSocketAddress;

/**
 * Messages to one destination, made from one flat payload, in native memory: headers for sendmmsg(2) with what they point to.
 *
 * <p>Calls: {@link #load}, or {@link #address} and then {@link #put} for each part; then {@link #asOne} or {@link #asMany}; then
 * {@link UdpSocket#send}. By one thread at a time.
 */
public final class OutgoingMessages implements AutoCloseable {
    private static final int SEGMENT_SIZE_BYTES = 2;

    private final boolean ipv6;
    private final int countMax;
    private final int payloadBytesMax;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final long vectors;
    private final long name;
    private final long segmentSlot;
    private final long serviceSlot;
    private final long payload;
    private InetSocketAddress destination;

    /**
     * @param ipv6 what {@link UdpSocket#isIpv6()} says of the socket that will send them
     * @param countMax the most messages, at least 1
     * @param payloadBytesMax the most bytes in all of them together
     */
    public OutgoingMessages(boolean ipv6, int countMax, int payloadBytesMax) {
        this.ipv6 = ipv6;
        this.countMax = countMax;
        this.payloadBytesMax = payloadBytesMax;
        vectors = (long) countMax * MessageLayout.HEADER_BYTES;
        name = vectors + (long) countMax * MessageLayout.VECTOR_BYTES;
        segmentSlot = name + SocketAddresses.ROOM_BYTES;
        serviceSlot = segmentSlot + MessageLayout.CONTROL_SLOT_BYTES;
        payload = MessageLayout.alignPayload(serviceSlot + MessageLayout.CONTROL_SLOT_BYTES);
        memory = MessageLayout.newMemory(arena, payload + payloadBytesMax);
        for (int i = 0; i < countMax; i++) {
            long header = header(i);
            memory.set(JAVA_LONG, header + MessageLayout.NAME, memory.address() + name);
            memory.set(JAVA_INT, header + MessageLayout.NAME_BYTES, nameBytes());
            memory.set(JAVA_LONG, header + MessageLayout.VECTORS, memory.address() + vector(i));
            memory.set(JAVA_LONG, header + MessageLayout.VECTOR_COUNT, 1);
        }
        memory.set(JAVA_LONG, segmentSlot + MessageLayout.CONTROL_LENGTH, MessageLayout.DATA + SEGMENT_SIZE_BYTES);
        memory.set(JAVA_LONG, segmentSlot + MessageLayout.KIND, MessageLayout.KIND_SEGMENT);
        memory.set(JAVA_LONG, serviceSlot + MessageLayout.CONTROL_LENGTH, MessageLayout.DATA + Integer.BYTES);
    }

    /** Copies the payload, the first {@code length} bytes of {@code array}, and sets where it goes and the ECN field, 0 to 3. */
    public void load(InetSocketAddress to, byte[] array, int length, int ecn) {
        address(to, ecn);
        put(0, array, length);
    }

    /** Sets where the payload goes, and the ECN field, 0 to 3. */
    public void address(InetSocketAddress to, int ecn) {
        if (!to.equals(destination)) {
            SocketAddresses.write(memory, name, to, ipv6);
            boolean ipv6Service = to.getAddress() instanceof Inet6Address;
            memory.set(
                    JAVA_LONG,
                    serviceSlot + MessageLayout.KIND,
                    ipv6Service ? MessageLayout.KIND_TCLASS : MessageLayout.KIND_TOS);
            destination = to;
        }
        memory.set(JAVA_INT, serviceSlot + MessageLayout.DATA, ecn);
    }

    /** Copies the first {@code length} bytes of {@code array} into the payload at {@code offset}. */
    public void put(int offset, byte[] array, int length) {
        if (offset < 0 || length > payloadBytesMax - offset) {
            throw new IllegalArgumentException(
                    length + " bytes at " + offset + " of a payload of at most " + payloadBytesMax);
        }
        MemorySegment.copy(array, 0, memory, JAVA_BYTE, payload + offset, length);
    }

    /**
     * Makes one message of the payload, which the kernel cuts into datagrams.
     *
     * @param segmentBytes the size of each datagram but the last, which may be shorter; if it is {@code length}, there is nothing to cut
     */
    public void asOne(int length, int segmentBytes, boolean marked) {
        boolean segmented = segmentBytes < length;
        if (segmented) {
            memory.set(JAVA_SHORT, segmentSlot + MessageLayout.DATA, (short) segmentBytes);
        }
        fill(0, 0, length, segmented, marked);
    }

    /** Makes a message of every {@code segmentBytes} of the payload; the last may be shorter. */
    public void asMany(int length, int segmentBytes, boolean marked) {
        asMany(length, segmentBytes, false, marked);
    }

    /** As {@link #asMany(int, int, boolean)}, whatever segment size and mark the socket has been given. */
    public void asManyOverriding(int length, int segmentBytes) {
        memory.set(JAVA_SHORT, segmentSlot + MessageLayout.DATA, (short) 0);
        asMany(length, segmentBytes, true, true);
    }

    private void asMany(int length, int segmentBytes, boolean tellsSegment, boolean marked) {
        int count = Math.ceilDiv(length, segmentBytes);
        if (count > countMax) {
            throw new IllegalArgumentException(count + " messages, more than " + countMax);
        }
        for (int i = 0; i < count; i++) {
            int offset = i * segmentBytes;
            fill(i, offset, Math.min(segmentBytes, length - offset), tellsSegment, marked);
        }
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }

    long nameAddress() {
        return memory.address() + name;
    }

    int nameBytes() {
        return ipv6 ? SocketAddresses.INET6_BYTES : SocketAddresses.INET_BYTES;
    }

    long address(int index) {
        return memory.address() + header(index);
    }

    /** For messages about a failed call. */
    @Override
    public String toString() {
        return memory.get(JAVA_LONG, vectors + MessageLayout.VECTOR_LENGTH) + " bytes to " + destination;
    }

    private void fill(int index, int offset, int length, boolean tellsSegment, boolean marked) {
        long vector = vector(index);
        memory.set(JAVA_LONG, vector + MessageLayout.VECTOR_BASE, memory.address() + payload + offset);
        memory.set(JAVA_LONG, vector + MessageLayout.VECTOR_LENGTH, length);
        long header = header(index);
        long slots = tellsSegment ? segmentSlot : serviceSlot;
        long slotsEnd = marked ? serviceSlot + MessageLayout.CONTROL_SLOT_BYTES : serviceSlot;
        memory.set(JAVA_LONG, header + MessageLayout.CONTROL, memory.address() + slots);
        memory.set(JAVA_LONG, header + MessageLayout.CONTROL_BYTES, slotsEnd - slots);
    }

    private static long header(int index) {
        return (long) index * MessageLayout.HEADER_BYTES;
    }

    private long vector(int index) {
        return vectors + (long) index * MessageLayout.VECTOR_BYTES;
    }
}
