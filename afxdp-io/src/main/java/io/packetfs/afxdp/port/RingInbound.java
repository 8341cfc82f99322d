package io.packetfs.afxdp.port;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.packetfs.afxdp.FrameBatch;
import io.packetfs.afxdp.FrameState;
import io.packetfs.afxdp.XskSocket;
import io.packetfs.afxdp.frame.FrameVerdict;
import io.packetfs.afxdp.frame.UdpFrameReader;
import io.packetfs.protocol.port.DatagramReceiver;
import io.packetfs.protocol.port.PortCounters;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/**
 * The receiving half of one queue's rings: takes frames, hands their payload over, and gives the frames back. A packet in several frames
 * is put together first.
 */
final class RingInbound {
    private static final int BATCH_FRAMES = 64;
    private static final int BUFFER_BYTES = 65_535;

    private final XskSocket socket;
    private final PortCounters counters;
    private final UdpFrameReader reader;
    private final int framesMax;
    private final MemorySegment memory;
    private final FrameBatch batch = new FrameBatch(BATCH_FRAMES);
    private final byte[] array = new byte[BUFFER_BYTES];
    private final MemorySegment arrayMemory = MemorySegment.ofArray(array);
    private int nextFrame;

    /** How much of a packet in several frames is in the array; -1 between packets. */
    private int collectedBytes = -1;

    /** Whether the packet at hand is one to hand over. */
    private boolean accepted;

    private InetSocketAddress source;
    private int payloadBytes;
    private int ecn;
    private long datagrams;

    /**
     * @param framesMax how many frames may be on the way in at a time
     */
    RingInbound(XskSocket socket, PortCounters counters, UdpFrameReader reader, int framesMax) {
        this.socket = socket;
        this.counters = counters;
        this.reader = reader;
        this.framesMax = framesMax;
        memory = socket.umem().memory();
        refill();
    }

    /** Whether all that was taken from the ring has been handed over; the ring may hold more. */
    boolean isEmpty() {
        return nextFrame == batch.count();
    }

    /** Datagrams handed over. */
    long datagrams() {
        return datagrams;
    }

    UdpFrameReader reader() {
        return reader;
    }

    XskSocket socket() {
        return socket;
    }

    /** Gives the frames that were handed over back, so that all are the kernel's or free. */
    void giveBack() {
        if (isEmpty()) {
            socket.recycle(batch);
            nextFrame = 0;
        }
    }

    /** Looks at no more than {@code framesMaxNow} frames, whatever they are, and hands datagrams over; returns how many. */
    int receive(DatagramReceiver receiver, int framesMaxNow) {
        int count = 0;
        for (int seen = 0; seen < framesMaxNow && (!isEmpty() || fetch()); seen++) {
            count += handOver(receiver);
        }
        return count;
    }

    /** Gives the frames handed over back, and takes what has arrived; returns whether there was something. */
    private boolean fetch() {
        socket.recycle(batch);
        nextFrame = 0;
        refill();
        return socket.receive(batch) > 0;
    }

    private void refill() {
        int underWay = socket.frames().count(FrameState.FILL) + socket.frames().count(FrameState.RECEIVED);
        if (socket.fill(framesMax - underWay) > 0) {
            socket.wakeReceive();
        }
    }

    /** Looks at one frame; returns the count of datagrams handed over, 1 or 0. */
    private int handOver(DatagramReceiver receiver) {
        int frame = nextFrame++;
        boolean continues = batch.continues(frame);
        if (collectedBytes < 0) {
            begin(batch.address(frame), batch.lengthBytes(frame), continues);
        } else if (accepted) {
            collect(batch.address(frame), batch.lengthBytes(frame));
        }
        if (continues) {
            return 0;
        }
        boolean whole = accepted && collectedBytes == payloadBytes;
        if (accepted && !whole) {
            reader.counters().onAcceptedInVain();
        }
        collectedBytes = -1;
        return whole ? deliver(receiver) : 0;
    }

    private void begin(long address, int lengthBytes, boolean continues) {
        // How long a packet in several frames is shows at its end.
        int frameBytes = continues ? lengthBytes + BUFFER_BYTES : lengthBytes;
        collectedBytes = 0;
        accepted = reader.read(memory, address, lengthBytes, frameBytes) == FrameVerdict.ACCEPTED;
        if (accepted) {
            source = reader.source(memory);
            payloadBytes = reader.payloadBytes();
            ecn = reader.ecn();
            collect(reader.payloadOffset(), (int) (address + lengthBytes - reader.payloadOffset()));
        }
    }

    private void collect(long address, int availableBytes) {
        int bytes = Math.min(availableBytes, payloadBytes - collectedBytes);
        MemorySegment.copy(memory, JAVA_BYTE, address, array, collectedBytes, bytes);
        collectedBytes += bytes;
    }

    private int deliver(DatagramReceiver receiver) {
        if (payloadBytes == 0) {
            counters.onEmpty();
            return 0;
        }
        counters.onReceived(1, payloadBytes);
        datagrams++;
        receiver.onDatagrams(source, arrayMemory, payloadBytes, payloadBytes, ecn);
        return 1;
    }
}
