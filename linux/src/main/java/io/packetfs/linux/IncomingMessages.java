package io.packetfs.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/**
 * Room for messages received, in native memory: headers for recvmmsg(2) with what they point to.
 *
 * <p>Calls: {@link UdpSocket#receive}, then for each message {@link #read} and the getters, which are about the message read last. By
 * one thread at a time.
 */
public final class IncomingMessages implements AutoCloseable {
    /** The kernel did not tell. */
    public static final int UNKNOWN = -1;

    private static final int CONTROL_BYTES = 4 * MessageLayout.CONTROL_SLOT_BYTES;
    private static final int ECN_MASK = 3;

    private final int count;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final long vectors;
    private final long names;
    private final long controls;
    private final long payloads;
    private final long payloadStride;
    private final SourceCache sources = new SourceCache();
    private int index;
    private int length;
    private int segmentBytes;
    private int ecn;

    /**
     * @param count how many messages one call may receive, at least 1
     * @param payloadBytes room for the payload of each; what does not fit is cut off
     */
    public IncomingMessages(int count, int payloadBytes) {
        this.count = count;
        vectors = (long) count * MessageLayout.HEADER_BYTES;
        names = vectors + (long) count * MessageLayout.VECTOR_BYTES;
        controls = names + (long) count * SocketAddresses.ROOM_BYTES;
        payloads = MessageLayout.alignPayload(controls + (long) count * CONTROL_BYTES);
        payloadStride = MessageLayout.alignPayload(payloadBytes);
        memory = MessageLayout.newMemory(arena, payloads + count * payloadStride);
        for (int i = 0; i < count; i++) {
            long header = header(i);
            long vector = vectors + (long) i * MessageLayout.VECTOR_BYTES;
            memory.set(JAVA_LONG, header + MessageLayout.NAME, memory.address() + name(i));
            memory.set(JAVA_LONG, header + MessageLayout.VECTORS, memory.address() + vector);
            memory.set(JAVA_LONG, header + MessageLayout.VECTOR_COUNT, 1);
            memory.set(JAVA_LONG, header + MessageLayout.CONTROL, memory.address() + control(i));
            memory.set(JAVA_LONG, vector + MessageLayout.VECTOR_BASE, memory.address() + payload(i));
            memory.set(JAVA_LONG, vector + MessageLayout.VECTOR_LENGTH, payloadBytes);
            clear(i);
        }
    }

    /** Copies the payload of a message into {@code target}, and makes its header ready for the next call. */
    public void read(int messageIndex, byte[] target) {
        read(messageIndex);
        copy(0, target, length);
    }

    /** Looks at a message, and makes its header ready for the next call; {@link #copy} takes its payload in parts. */
    public void read(int messageIndex) {
        index = messageIndex;
        length = memory.get(JAVA_INT, header(index) + MessageLayout.LENGTH);
        readControl();
        clear(index);
    }

    /** Copies {@code bytes} of the payload from {@code offset} on to the beginning of {@code target}. */
    public void copy(int offset, byte[] target, int bytes) {
        MemorySegment.copy(memory, JAVA_BYTE, payload(index) + offset, target, 0, bytes);
    }

    /** Bytes of payload; 0 is possible. */
    public int length() {
        return length;
    }

    /** The size of each datagram that was merged into this message, but the last, which may be shorter; the length if it is but one. */
    public int segmentBytes() {
        return segmentBytes;
    }

    /** The ECN field, 0 to 3, or {@link #UNKNOWN}. */
    public int ecn() {
        return ecn;
    }

    /** Where it came from. The same object for the same source, as long as not too many others come in between. */
    public InetSocketAddress source() {
        return sources.source(memory, name(index));
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }

    int count() {
        return count;
    }

    long address() {
        return memory.address();
    }

    private void readControl() {
        segmentBytes = length;
        ecn = UNKNOWN;
        long slot = control(index);
        long end = slot + memory.get(JAVA_LONG, header(index) + MessageLayout.CONTROL_BYTES);
        while (slot < end) {
            long kind = memory.get(JAVA_LONG, slot + MessageLayout.KIND);
            if (kind == MessageLayout.KIND_GRO) {
                segmentBytes = memory.get(JAVA_INT, slot + MessageLayout.DATA);
            } else if (kind == MessageLayout.KIND_TOS || kind == MessageLayout.KIND_TCLASS) {
                // A byte for IPv4, an int for IPv6.
                ecn = memory.get(JAVA_BYTE, slot + MessageLayout.DATA) & ECN_MASK;
            }
            // Nothing else was asked for, and none of these has more than 8 bytes of data.
            slot += MessageLayout.CONTROL_SLOT_BYTES;
        }
    }

    private void clear(int messageIndex) {
        memory.set(JAVA_INT, header(messageIndex) + MessageLayout.NAME_BYTES, SocketAddresses.INET6_BYTES);
        memory.set(JAVA_LONG, header(messageIndex) + MessageLayout.CONTROL_BYTES, CONTROL_BYTES);
    }

    private static long header(int messageIndex) {
        return (long) messageIndex * MessageLayout.HEADER_BYTES;
    }

    private long name(int messageIndex) {
        return names + (long) messageIndex * SocketAddresses.ROOM_BYTES;
    }

    private long control(int messageIndex) {
        return controls + (long) messageIndex * CONTROL_BYTES;
    }

    private long payload(int messageIndex) {
        return payloads + messageIndex * payloadStride;
    }
}
