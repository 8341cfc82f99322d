package io.packetfs.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** {@link AfXdpSockets} by socket(2), setsockopt(2), mmap(2), bind(2), sendto(2) and recvfrom(2). */
final class FfmAfXdpSockets implements AfXdpSockets {
    private static final int AF_XDP = 44;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUF = 7;
    private static final int SO_SNDBUFFORCE = 32;

    private static final int SOL_XDP = 283;
    private static final int XDP_MMAP_OFFSETS = 1;
    private static final int XDP_UMEM_REG = 4;
    private static final int XDP_STATISTICS = 7;
    private static final int XDP_OPTIONS = 8;
    private static final int XDP_MAX_TX_SKB_BUDGET = 9;
    private static final int XDP_OPTIONS_ZEROCOPY = 1;

    /** struct xdp_mmap_offsets: producer, consumer, desc and flags of each ring, in 64 bits each. */
    private static final int RING_OFFSETS_BYTES = 32;

    private static final int OFFSETS_BYTES = 4 * RING_OFFSETS_BYTES;
    private static final int STATISTICS_BYTES = 48;
    /** struct xdp_umem_reg, with tx_metadata_len of Linux 6.8; earlier kernels take the shorter one. */
    private static final int UMEM_REG_BYTES = 32;

    private static final int UMEM_REG_BYTES_BEFORE_METADATA = 28;
    private static final int SOCKADDR_BYTES = 16;

    private final FfmMemoryMaps maps;

    FfmAfXdpSockets(FfmMemoryMaps maps) {
        this.maps = maps;
    }

    @Override
    public AfXdpSocket open() {
        MemorySegment state = SystemCalls.newErrnoState();
        long descriptor = SystemCalls.call(state, SystemCalls.SOCKET, AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);
        if (descriptor < 0) {
            throw new SystemCallException("socket(AF_XDP, SOCK_RAW)", (int) -descriptor);
        }
        return new Socket((int) descriptor);
    }

    /** One socket. */
    private final class Socket implements AfXdpSocket {
        private final int descriptor;
        private final MemorySegment state = SystemCalls.newErrnoState();
        private final MemorySegment transmitState = SystemCalls.newErrnoState();
        private final MemorySegment receiveState = SystemCalls.newErrnoState();
        private boolean closed;

        Socket(int descriptor) {
            this.descriptor = descriptor;
        }

        @Override
        public int descriptor() {
            return descriptor;
        }

        @Override
        public void registerMemory(
                MemorySegment memory, int chunkBytes, int headroomBytes, int flags, int transmitMetadataBytes) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment registration = arena.allocate(UMEM_REG_BYTES, Long.BYTES);
                registration.set(JAVA_LONG, 0, memory.address());
                registration.set(JAVA_LONG, 8, memory.byteSize());
                registration.set(JAVA_INT, 16, chunkBytes);
                registration.set(JAVA_INT, 20, headroomBytes);
                registration.set(JAVA_INT, 24, flags);
                registration.set(JAVA_INT, 28, transmitMetadataBytes);
                int errno = set(
                        SOL_XDP,
                        XDP_UMEM_REG,
                        registration,
                        transmitMetadataBytes == 0 ? UMEM_REG_BYTES_BEFORE_METADATA : UMEM_REG_BYTES);
                require(
                        errno,
                        "setsockopt(XDP_UMEM_REG, " + memory.byteSize() + " bytes in chunks of " + chunkBytes
                                + ", headroom " + headroomBytes + ")");
            }
        }

        @Override
        public void createRing(Ring ring, int entryCount) {
            require(set(SOL_XDP, ring.option(), entryCount), "setsockopt(XDP " + ring + " ring, " + entryCount + ")");
        }

        @Override
        public MappedRing mapRing(Ring ring, int entryCount) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment offsets = arena.allocate(OFFSETS_BYTES, Long.BYTES);
                get(XDP_MMAP_OFFSETS, offsets, "XDP_MMAP_OFFSETS");
                long at = (long) ring.place() * RING_OFFSETS_BYTES;
                int producer = Math.toIntExact(offsets.get(JAVA_LONG, at));
                int consumer = Math.toIntExact(offsets.get(JAVA_LONG, at + 8));
                int entries = Math.toIntExact(offsets.get(JAVA_LONG, at + 16));
                int flags = Math.toIntExact(offsets.get(JAVA_LONG, at + 24));
                long bytes = entries + (long) entryCount * ring.entryBytes();
                MappedMemory mapped = maps.shared(
                        descriptor, ring.pageOffset(), bytes, "mmap(XDP " + ring + " ring, " + bytes + " bytes)");
                return new MappedRing(mapped, producer, consumer, flags, entries);
            }
        }

        @Override
        public int transmitBudget(int packetCount) {
            return set(SOL_XDP, XDP_MAX_TX_SKB_BUDGET, packetCount);
        }

        @Override
        public int sendBuffer(int bytes) {
            return set(SOL_SOCKET, SO_SNDBUFFORCE, bytes) == 0 ? 0 : set(SOL_SOCKET, SO_SNDBUF, bytes);
        }

        @Override
        public int bind(int deviceIndex, int queue, int flags, int sharedDescriptor) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment name = arena.allocate(SOCKADDR_BYTES, Long.BYTES);
                name.set(JAVA_SHORT, 0, (short) AF_XDP);
                name.set(JAVA_SHORT, 2, (short) flags);
                name.set(JAVA_INT, 4, deviceIndex);
                name.set(JAVA_INT, 8, queue);
                name.set(JAVA_INT, 12, sharedDescriptor);
                return (int) -SystemCalls.call(state, SystemCalls.BIND, descriptor, name.address(), SOCKADDR_BYTES);
            }
        }

        @Override
        public int wakeTransmit() {
            return (int) SystemCalls.call(transmitState, SystemCalls.SENDTO, descriptor, 0, 0, MSG_DONTWAIT, 0);
        }

        @Override
        public int wakeReceive() {
            return (int) SystemCalls.call(receiveState, SystemCalls.RECVFROM, descriptor, 0, 0, MSG_DONTWAIT, 0);
        }

        @Override
        public boolean isZeroCopy() {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment options = arena.allocate(JAVA_INT);
                get(XDP_OPTIONS, options, "XDP_OPTIONS");
                return (options.get(JAVA_INT, 0) & XDP_OPTIONS_ZEROCOPY) != 0;
            }
        }

        @Override
        public Statistics statistics() {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment counts = arena.allocate(STATISTICS_BYTES, Long.BYTES);
                get(XDP_STATISTICS, counts, "XDP_STATISTICS");
                return new Statistics(
                        counts.get(JAVA_LONG, 0),
                        counts.get(JAVA_LONG, 8),
                        counts.get(JAVA_LONG, 16),
                        counts.get(JAVA_LONG, 24),
                        counts.get(JAVA_LONG, 32),
                        counts.get(JAVA_LONG, 40));
            }
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                SystemCalls.call(state, SystemCalls.CLOSE, descriptor, 0, 0);
            }
        }

        private int set(int level, int option, int number) {
            try (Arena arena = Arena.ofConfined()) {
                return set(level, option, arena.allocateFrom(JAVA_INT, number), (int) JAVA_INT.byteSize());
            }
        }

        /** Returns 0, or the error number. */
        private int set(int level, int option, MemorySegment value, int bytes) {
            return (int)
                    -SystemCalls.call(state, SystemCalls.SETSOCKOPT, descriptor, level, option, value.address(), bytes);
        }

        private void get(int option, MemorySegment value, String name) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment length = arena.allocateFrom(JAVA_INT, (int) value.byteSize());
                long result = SystemCalls.call(
                        state, SystemCalls.GETSOCKOPT, descriptor, SOL_XDP, option, value.address(), length.address());
                require((int) -result, "getsockopt(" + name + ")");
                if (length.get(JAVA_INT, 0) < value.byteSize()) {
                    throw new UnsupportedOperationException("this kernel's " + name + " has " + length.get(JAVA_INT, 0)
                            + " bytes of " + value.byteSize() + ": it is older than Linux 5.9");
                }
            }
        }

        private static void require(int errno, String call) {
            if (errno != 0) {
                throw new SystemCallException(call, errno);
            }
        }
    }
}
