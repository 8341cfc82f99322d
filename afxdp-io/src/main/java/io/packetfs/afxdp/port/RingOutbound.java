package io.packetfs.afxdp.port;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.packetfs.afxdp.FrameBatch;
import io.packetfs.afxdp.FrameState;
import io.packetfs.afxdp.WakeResult;
import io.packetfs.afxdp.XskSocket;
import io.packetfs.afxdp.frame.InternetChecksum;
import io.packetfs.afxdp.frame.UdpFrameTemplate;
import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.port.PortCounters;
import java.lang.foreign.MemorySegment;

/**
 * The sending half of the rings: writes each datagram of a train into frames of its own, and tells the kernel. Frames that the kernel does
 * not take at once stay in the ring until {@link #pump}.
 */
final class RingOutbound {
    private final XskSocket socket;
    private final PortCounters counters;
    private final MemorySegment memory;
    private final int chunkBytes;
    private final int framesMax;
    private final boolean multiBuffer;
    private final FrameBatch batch;
    private boolean down;
    private long datagrams;

    /**
     * @param framesMax how many frames may be on the way out at a time, at most as many as the TX ring has entries
     */
    RingOutbound(XskSocket socket, PortCounters counters, int framesMax) {
        this.socket = socket;
        this.counters = counters;
        this.framesMax = framesMax;
        memory = socket.umem().memory();
        chunkBytes = socket.umem().config().chunkBytes();
        multiBuffer = socket.config().multiBuffer();
        batch = new FrameBatch(framesMax);
    }

    /** Datagrams taken. */
    long datagrams() {
        return datagrams;
    }

    /** Whether frames wait in the ring for another {@link #pump}. */
    boolean isPending() {
        return socket.transmitPending() > 0;
    }

    /** Takes the train, or returns false, having taken nothing. */
    boolean send(DatagramTrain train, OutgoingFlow flow) {
        if (train.segmentBytes() > payloadBytesMax(flow)) {
            counters.onSent(train);
            counters.onTooLarge(train.count());
            return true;
        }
        int framesEach = Math.ceilDiv(flow.template().headerBytes() + train.segmentBytes(), chunkBytes);
        int framesNeeded = framesEach * train.count();
        if (!hasRoom(framesNeeded)) {
            pump();
            if (!hasRoom(framesNeeded)) {
                return onFull(train);
            }
        }
        write(train, flow.template());
        counters.onSent(train);
        datagrams += train.count();
        pump();
        return true;
    }

    /** Lets the kernel go over the ring, and takes back the frames that it is done with. */
    void pump() {
        long droppedBefore = socket.droppedCount();
        if (batch.count() > 0) {
            socket.send(batch); // the ring has room for all frames that may be under way
        }
        down = socket.flush() == WakeResult.DOWN;
        socket.complete();
        counters.onDropped((int) (socket.droppedCount() - droppedBefore));
    }

    private int payloadBytesMax(OutgoingFlow flow) {
        int frameBytesMax = multiBuffer ? Integer.MAX_VALUE : chunkBytes;
        return Math.min(flow.payloadBytesMax(), frameBytesMax - flow.template().headerBytes());
    }

    private boolean hasRoom(int frames) {
        int underWay = socket.frames().count(FrameState.TX) + socket.frames().count(FrameState.WRITING);
        return underWay + frames <= framesMax && socket.frames().count(FrameState.FREE) >= frames;
    }

    /** A device that is switched off empties no ring, and says nothing when it is switched on: datagrams are lost meanwhile. */
    private boolean onFull(DatagramTrain train) {
        if (down) {
            counters.onSent(train);
            counters.onUnreachable(train.count());
        } else {
            counters.onSendRefused();
        }
        return down;
    }

    private void write(DatagramTrain train, UdpFrameTemplate template) {
        int first = 0;
        for (int from = 0; from < train.length(); from += train.segmentBytes()) {
            int bytes = Math.min(train.segmentBytes(), train.length() - from);
            int frames = Math.ceilDiv(template.headerBytes() + bytes, chunkBytes);
            socket.take(batch, frames);
            long sum = InternetChecksum.sum(train.memory(), from, bytes);
            template.write(memory, batch.address(first), bytes, sum, train.ecn());
            writePayload(train.array(), from, bytes, first, template.headerBytes());
            first += frames;
        }
    }

    /** Behind the headers in the first frame, and on from the beginning of the others. */
    private void writePayload(byte[] array, int from, int bytes, int firstFrame, int headerBytes) {
        int written = 0;
        int frame = firstFrame;
        int start = headerBytes;
        while (true) {
            int piece = Math.min(bytes - written, chunkBytes - start);
            MemorySegment.copy(array, from + written, memory, JAVA_BYTE, batch.address(frame) + start, piece);
            batch.setLength(frame, start + piece);
            written += piece;
            if (written == bytes) {
                return;
            }
            batch.setContinues(frame, true);
            frame++;
            start = 0;
        }
    }
}
