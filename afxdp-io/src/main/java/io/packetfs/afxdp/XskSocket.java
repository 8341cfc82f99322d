package io.packetfs.afxdp;

import io.packetfs.linux.AfXdpSocket;
import io.packetfs.linux.AfXdpSocket.Statistics;
import io.packetfs.linux.Errno;
import io.packetfs.linux.Linux;
import io.packetfs.linux.MappedMemory;
import io.packetfs.linux.Pollable;
import io.packetfs.linux.SystemCallException;
import java.util.List;

/**
 * A socket on one queue of a device. Its frames go round: {@link #fill} gives free ones to the kernel, {@link #receive} gets them back
 * with packets, {@link #recycle} frees them; {@link #take} gets free ones to write packets into, {@link #send} and {@link
 * #wakeTransmit} hand them to the kernel, {@link #complete} frees them. Nothing allocates; nothing waits: to wait, poll it.
 *
 * <p>One thread uses it, and all sockets of the same device, queue and packet memory; any one opens and closes it. Packets come only
 * after the socket was put into the map of a program that runs at the device ({@link XdpSteering}).
 */
public final class XskSocket implements Pollable, AutoCloseable {
    /** An Ethernet header: the kernel sends nothing shorter. */
    public static final int PACKET_BYTES_MIN = 14;

    /** The most frames of one packet: those of the kernel's own packets, and one. */
    public static final int PIECES_MAX = 18;

    private final Umem umem;
    private final XskConfig config;
    private final AfXdpSocket socket;
    private final QueueRings queueRings;
    private final RxRing receiveRing;
    private final TxRing transmitRing;
    private final FrameLedger ledger;
    private final List<MappedMemory> mapped;
    private final boolean zeroCopy;
    private final String copyReason;

    private long wakeUpCount;
    private long againCount;
    private long droppedCount;
    private long downCount;
    private long unknownCompletionCount;
    private long invalidReceivedCount;
    private SystemCallException failure;
    private boolean closed;

    XskSocket(
            Umem umem,
            XskConfig config,
            AfXdpSocket socket,
            QueueRings queueRings,
            RxRing receiveRing,
            TxRing transmitRing,
            List<MappedMemory> mapped,
            String copyReason) {
        this.umem = umem;
        this.config = config;
        this.socket = socket;
        this.queueRings = queueRings;
        this.receiveRing = receiveRing;
        this.transmitRing = transmitRing;
        this.mapped = List.copyOf(mapped);
        ledger = queueRings.ledger;
        zeroCopy = socket.isZeroCopy();
        this.copyReason = copyReason;
        queueRings.retain();
        umem.sockets().add(this);
    }

    /**
     * Opens and binds a socket. A queue that was closed a moment ago is waited for.
     *
     * @throws AfXdpException if the queue is taken, or more memory would be locked than this process may
     * @throws SystemCallException if a privilege, the device or a feature is missing; nothing stays open then
     * @throws IllegalArgumentException if the device has no such queue, or the packet memory not as many frames
     */
    public static XskSocket open(Umem umem, XskConfig config) {
        synchronized (umem) {
            return XskSetUp.open(Linux.afXdpSockets(), umem, config);
        }
    }

    public Umem umem() {
        return umem;
    }

    public XskConfig config() {
        return config;
    }

    @Override
    public int descriptor() {
        return socket.descriptor();
    }

    /** Whether the device reads and writes the packet memory itself. */
    public boolean isZeroCopy() {
        return zeroCopy;
    }

    /** Why packets are copied, as a sentence fragment; empty with zero-copy. */
    public String copyReason() {
        return zeroCopy ? "" : copyReason;
    }

    /** Who has which frame. */
    public FrameLedger frames() {
        return ledger;
    }

    /**
     * Gives free frames to the kernel to receive into.
     *
     * @return as many of {@code countMax} as are free and have room in the ring
     */
    public int fill(int countMax) {
        int count = queueRings.fill.reserve(Math.min(countMax, ledger.count(FrameState.FREE)));
        for (int i = 0; i < count; i++) {
            queueRings.fill.set(i, umem.frameAddress(ledger.take(FrameState.FILL)));
        }
        queueRings.fill.submit(count);
        return count;
    }

    /**
     * Adds what has arrived to the batch, as far as it has room; the frames are the application's until {@link #recycle} or {@link
     * #send}.
     *
     * @return how many were added
     */
    public int receive(FrameBatch batch) {
        int seen = receiveRing.peek(batch.room());
        int before = batch.count();
        for (int i = 0; i < seen; i++) {
            long address = receiveRing.address(i);
            int lengthBytes = receiveRing.lengthBytes(i);
            if (isInOneFrame(address, lengthBytes) && ledger.has(umem.frameOf(address), FrameState.FILL)) {
                ledger.hand((int) umem.frameOf(address), FrameState.FILL, FrameState.RECEIVED);
                batch.add(address, lengthBytes, receiveRing.options(i));
            } else {
                invalidReceivedCount++;
            }
        }
        receiveRing.release(seen);
        return batch.count() - before;
    }

    /** Frees the frames of a batch, received or taken, and empties it. */
    public void recycle(FrameBatch batch) {
        for (int i = 0; i < batch.count(); i++) {
            int frame = (int) umem.frameOf(batch.address(i));
            ledger.hand(frame, applicationState(frame), FrameState.FREE);
        }
        batch.clear();
    }

    /**
     * Adds free frames to the batch, for packets to be written into; addresses are those of the frames, lengths 0.
     *
     * @return as many of {@code countMax} as are free and have room in the batch
     */
    public int take(FrameBatch batch, int countMax) {
        int count = Math.min(Math.min(countMax, batch.room()), ledger.count(FrameState.FREE));
        for (int i = 0; i < count; i++) {
            batch.add(umem.frameAddress(ledger.take(FrameState.WRITING)), 0, 0);
        }
        return Math.max(count, 0);
    }

    /**
     * Puts packets into the TX ring, in order, and removes them from the batch; the kernel sends them after {@link #wakeTransmit}. Frames
     * may be taken ones, or received ones as they are. A packet of several pieces goes in whole.
     *
     * @return how many descriptors had room
     * @throws IllegalArgumentException if a packet is shorter than {@link #PACKET_BYTES_MIN}, leaves its frame, is in a frame
     *     that is not the application's, or has more pieces than {@link #PIECES_MAX}; nothing is sent then
     */
    public int send(FrameBatch batch) {
        checkSendable(batch);
        int count = wholePackets(batch, transmitRing.reserve(batch.count()));
        for (int i = 0; i < count; i++) {
            long address = batch.address(i);
            int frame = (int) umem.frameOf(address);
            ledger.hand(frame, applicationState(frame), FrameState.TX);
            transmitRing.set(i, address, batch.lengthBytes(i), batch.options(i));
        }
        transmitRing.submit(count);
        batch.dropFirst(count);
        return count;
    }

    /**
     * Frees the frames that the kernel is done with sending.
     *
     * @return how many
     */
    public int complete() {
        CompletionRing completion = queueRings.completion;
        int seen = completion.peek(completion.entryCount());
        int freed = 0;
        for (int i = 0; i < seen; i++) {
            long frame = umem.frameOf(completion.address(i));
            if (ledger.has(frame, FrameState.TX)) {
                ledger.hand((int) frame, FrameState.TX, FrameState.FREE);
                freed++;
            } else {
                unknownCompletionCount++;
            }
        }
        completion.release(seen);
        return freed;
    }

    /** Descriptors in the TX ring that the kernel has not looked at. */
    public int transmitPending() {
        return transmitRing == null ? 0 : transmitRing.pending();
    }

    /**
     * Asks the kernel to send what is in the TX ring, after freeing what it has sent before.
     *
     * @throws SystemCallException if it cannot any more: the device is gone ({@link Errno#ENXIO}), or what is in the ring is refused for
     *     good ({@link Errno#EINVAL}). The socket sends no more then, and is to be closed: the kernel would complete the same frame
     *     again for each try
     */
    public WakeResult wakeTransmit() {
        complete();
        if (failure != null) {
            throw new SystemCallException("sendto(AF_XDP), after it had failed before", failure.errno());
        }
        wakeUpCount++;
        int errno = -socket.wakeTransmit();
        if (errno == 0) {
            return WakeResult.DONE;
        }
        return refused(errno);
    }

    /**
     * Wakes the kernel up until it has looked at everything in the TX ring, or cannot go on.
     *
     * @return what ended it: {@link WakeResult#DONE} if nothing is left
     */
    public WakeResult flush() {
        int pending = transmitPending();
        while (pending > 0) {
            WakeResult result = wakeTransmit();
            int left = transmitPending();
            if (left == pending || result == WakeResult.DOWN) {
                return left == 0 ? WakeResult.DONE : result == WakeResult.DONE ? WakeResult.AGAIN : result;
            }
            pending = left;
        }
        return WakeResult.DONE;
    }

    /** Tells the kernel that it has frames to receive into, if it has asked for that. */
    public void wakeReceive() {
        if (queueRings.fill.needsWakeup()) {
            wakeUpCount++;
            socket.wakeReceive();
        }
    }

    /** What the kernel counted. */
    public Statistics statistics() {
        return socket.statistics();
    }

    /** Calls made to wake the kernel up. */
    public long wakeUpCount() {
        return wakeUpCount;
    }

    /** Calls after which the kernel wanted another one for the rest. */
    public long againCount() {
        return againCount;
    }

    /** Packets that the device dropped on the way out. */
    public long droppedCount() {
        return droppedCount;
    }

    /** Calls that found the device switched off. */
    public long downCount() {
        return downCount;
    }

    /** Completed addresses that nobody was waiting for. */
    public long unknownCompletionCount() {
        return unknownCompletionCount;
    }

    /** Received descriptors whose address or length was not one the kernel can have been given. */
    public long invalidReceivedCount() {
        return invalidReceivedCount;
    }

    /**
     * Unmaps the rings and closes. Frames are the packet memory's again when the last socket of the queue is closed. Descriptors in the
     * TX ring that the kernel has not looked at are not sent. Idempotent.
     */
    @Override
    public void close() {
        synchronized (umem) {
            if (closed) {
                return;
            }
            closed = true;
            umem.sockets().remove(this);
            // A mapping holds the kernel's socket as a descriptor does: the queue is free when both are gone.
            mapped.forEach(MappedMemory::close);
            boolean last = queueRings.release();
            socket.close();
            if (last) {
                ledger.freeAll();
                umem.takeBack(ledger);
            }
        }
    }

    boolean isAt(int deviceIndex, int queue) {
        return config.device().index() == deviceIndex && config.queue() == queue;
    }

    QueueRings queueRings() {
        return queueRings;
    }

    TxRing transmitRing() {
        return transmitRing;
    }

    private WakeResult refused(int errno) {
        if (errno == Errno.EAGAIN.number()) {
            againCount++;
            return WakeResult.AGAIN;
        }
        if (errno == Errno.EBUSY.number()) {
            droppedCount++;
            return WakeResult.DROPPED;
        }
        if (errno == Errno.ENOBUFS.number()) {
            againCount++;
            return WakeResult.NO_BUFFERS;
        }
        if (errno == Errno.ENETDOWN.number()) {
            downCount++;
            return WakeResult.DOWN;
        }
        failure = new SystemCallException(
                "sendto(AF_XDP, " + config.device().name() + ", queue " + config.queue() + ")", errno);
        throw failure;
    }

    private FrameState applicationState(int frame) {
        return ledger.has(frame, FrameState.RECEIVED) ? FrameState.RECEIVED : FrameState.WRITING;
    }

    private boolean isApplications(long frame) {
        return ledger.has(frame, FrameState.WRITING) || ledger.has(frame, FrameState.RECEIVED);
    }

    private boolean isInOneFrame(long address, int lengthBytes) {
        int chunkBytes = umem.config().chunkBytes();
        return address >= 0 && lengthBytes > 0 && address % chunkBytes + lengthBytes <= chunkBytes;
    }

    private void checkSendable(FrameBatch batch) {
        int pieces = 0;
        for (int i = 0; i < batch.count(); i++) {
            pieces++;
            int lengthBytes = batch.lengthBytes(i);
            boolean continues = batch.continues(i);
            if (!isInOneFrame(batch.address(i), lengthBytes)
                    || !isApplications(umem.frameOf(batch.address(i)))
                    || (pieces == 1 && lengthBytes < PACKET_BYTES_MIN)
                    || pieces > PIECES_MAX
                    || (continues && (!config.multiBuffer() || i == batch.count() - 1))) {
                throw new IllegalArgumentException("descriptor " + i + " of " + batch.count() + " is piece " + pieces
                        + " of a packet, at " + batch.address(i) + " with " + lengthBytes + " bytes"
                        + (continues ? ", and continues" : ""));
            }
            pieces = continues ? pieces : 0;
        }
    }

    private static int wholePackets(FrameBatch batch, int count) {
        int whole = count;
        while (whole > 0 && batch.continues(whole - 1)) {
            whole--;
        }
        return whole;
    }
}
