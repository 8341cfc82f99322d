package io.packetfs.afxdp;

import io.packetfs.afxdp.XskConfig.ZeroCopy;
import io.packetfs.linux.AfXdpSocket;
import io.packetfs.linux.AfXdpSocket.MappedRing;
import io.packetfs.linux.AfXdpSocket.Ring;
import io.packetfs.linux.AfXdpSockets;
import io.packetfs.linux.Errno;
import io.packetfs.linux.MappedMemory;
import io.packetfs.linux.ProcessLimits;
import io.packetfs.linux.SystemCallException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Opens one socket, step by step; when a step fails, what the others made is undone. */
final class XskSetUp {
    private static final int BUSY_NAP_MS = 2;
    /** The kernel refuses less, and has this as its default. */
    private static final int TRANSMIT_BUDGET_MIN = 32;

    private final Umem umem;
    private final XskConfig config;
    private final AfXdpSocket socket;
    private final List<MappedMemory> mapped = new ArrayList<>();
    private FrameLedger ledger;
    private String copyReason = "";

    private XskSetUp(Umem umem, XskConfig config, AfXdpSocket socket) {
        this.umem = umem;
        this.config = config;
        this.socket = socket;
    }

    /** The caller has the packet memory's lock. */
    static XskSocket open(AfXdpSockets sockets, Umem umem, XskConfig config) {
        if (config.queue() >= config.device().receiveQueueCount()) {
            throw new IllegalArgumentException("device " + config.device().name() + " has "
                    + config.device().receiveQueueCount() + " queues, from 0 on, and no queue " + config.queue());
        }
        XskSetUp setUp = new XskSetUp(umem, config, sockets.open());
        try {
            return setUp.run();
        } catch (Throwable e) {
            setUp.undo();
            throw e;
        }
    }

    private XskSocket run() {
        XskSocket donor = umem.sockets().isEmpty() ? null : umem.sockets().getFirst();
        XskSocket sibling = umem.sockets().stream()
                .filter(other -> other.isAt(config.device().index(), config.queue()))
                .findFirst()
                .orElse(null);
        if (donor == null) {
            register();
        }
        QueueRings queueRings = sibling == null ? makeQueueRings() : sibling.queueRings();
        List<MappedMemory> own = new ArrayList<>();
        RxRing receive = config.receiveEntries() == 0 ? null : new RxRing(make(Ring.RX, config.receiveEntries(), own));
        TxRing transmit =
                config.transmitEntries() == 0 ? null : new TxRing(make(Ring.TX, config.transmitEntries(), own));
        if (transmit != null) {
            setTransmitBudget();
            socket.sendBuffer(config.sendBufferBytes());
        }
        bind(sibling == null ? donor : sibling);
        return new XskSocket(umem, config, socket, queueRings, receive, transmit, own, copyReason);
    }

    /** Kernels that do not know the option send 32 packets per call: more calls, and nothing else. */
    private void setTransmitBudget() {
        if (config.transmitEntries() > TRANSMIT_BUDGET_MIN) {
            socket.transmitBudget(Math.clamp(config.transmitBudget(), TRANSMIT_BUDGET_MIN, config.transmitEntries()));
        }
    }

    private void register() {
        try {
            socket.registerMemory(
                    umem.memory(), umem.config().chunkBytes(), umem.config().headroomBytes(), 0, 0);
        } catch (SystemCallException e) {
            if (!e.is(Errno.ENOBUFS)) {
                throw e;
            }
            throw new AfXdpException(
                    e.getMessage() + ": this process may lock "
                            + ProcessLimits.lockedMemoryBytes().orElse(Long.MAX_VALUE)
                            + " bytes (RLIMIT_MEMLOCK, ulimit -l) and lacks CAP_IPC_LOCK",
                    e);
        }
    }

    private QueueRings makeQueueRings() {
        ledger = umem.lend(config.frameCount());
        List<MappedMemory> memory = new ArrayList<>();
        FillRing fill = new FillRing(make(Ring.FILL, config.fillEntries(), memory));
        CompletionRing completion = new CompletionRing(make(Ring.COMPLETION, config.completionEntries(), memory));
        return new QueueRings(fill, completion, ledger, memory);
    }

    private RingMemory make(Ring ring, int entryCount, List<MappedMemory> owner) {
        socket.createRing(ring, entryCount);
        MappedRing mappedRing = socket.mapRing(ring, entryCount);
        mapped.add(mappedRing.mapped());
        owner.add(mappedRing.mapped());
        return RingMemory.of(mappedRing, entryCount);
    }

    private void bind(XskSocket sharing) {
        if (sharing != null) {
            // Whether packets are copied is the memory's, and so the first socket's, to decide.
            require(bindRetrying(AfXdpSocket.BIND_SHARED_MEMORY, sharing.descriptor()), "shared memory");
            return;
        }
        int flags = (config.needWakeup() ? AfXdpSocket.BIND_NEED_WAKEUP : 0)
                | (config.multiBuffer() ? AfXdpSocket.BIND_MULTI_BUFFER : 0);
        if (config.zeroCopy() == ZeroCopy.NEVER) {
            copyReason = "not asked for";
        } else {
            int errno = bindRetrying(flags | AfXdpSocket.BIND_ZERO_COPY, 0);
            if (errno == 0) {
                return;
            }
            boolean hopeless = errno != Errno.EOPNOTSUPP.number() && errno != Errno.EINVAL.number();
            if (config.zeroCopy() == ZeroCopy.REQUIRED || hopeless) {
                require(errno, "zero-copy");
            }
            copyReason = call("zero-copy") + ": " + Errno.describe(errno);
        }
        require(bindRetrying(flags | AfXdpSocket.BIND_COPY, 0), "copy");
    }

    /** The kernel frees a queue some milliseconds after its socket was closed. */
    private int bindRetrying(int flags, int sharedDescriptor) {
        long startNs = System.nanoTime();
        while (true) {
            int errno = socket.bind(config.device().index(), config.queue(), flags, sharedDescriptor);
            long waitedNs = System.nanoTime() - startNs;
            if (errno != Errno.EBUSY.number() || waitedNs >= TimeUnit.MILLISECONDS.toNanos(config.busyRetryMs())) {
                return errno;
            }
            try {
                Thread.sleep(BUSY_NAP_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return errno;
            }
        }
    }

    private void require(int errno, String how) {
        if (errno == 0) {
            return;
        }
        SystemCallException cause = new SystemCallException(call(how), errno);
        if (errno == Errno.EBUSY.number()) {
            throw new AfXdpException(
                    cause.getMessage() + ": another socket has this queue, and kept it for " + config.busyRetryMs()
                            + " ms",
                    cause);
        }
        throw cause;
    }

    private String call(String how) {
        return "bind(AF_XDP, " + config.device().name() + ", queue " + config.queue() + ", " + how + ")";
    }

    private void undo() {
        mapped.forEach(MappedMemory::close);
        socket.close();
        if (ledger != null) {
            umem.takeBack(ledger);
        }
    }
}
