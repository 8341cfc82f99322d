package io.packetfs.linux;

import java.lang.foreign.MemorySegment;

/**
 * An open AF_XDP socket: one call of the kernel per method, in the order that af_xdp.rst demands: {@link #registerMemory} on one of the
 * sockets that share memory, {@link #createRing} and {@link #mapRing} for each ring, {@link #bind}. Used by one thread at a time, but
 * {@link #wakeTransmit} and {@link #wakeReceive} may be called by two.
 */
public interface AfXdpSocket extends Pollable, AutoCloseable {
    /** Flags of {@link #bind}. */
    int BIND_SHARED_MEMORY = 1;

    int BIND_COPY = 2;
    int BIND_ZERO_COPY = 4;
    int BIND_NEED_WAKEUP = 8;
    int BIND_MULTI_BUFFER = 16;

    /** The rings of a socket, as the kernel numbers them. */
    enum Ring {
        RX(2, 0L, 0, 16),
        TX(3, 0x8000_0000L, 1, 16),
        FILL(5, 0x1_0000_0000L, 2, 8),
        COMPLETION(6, 0x1_8000_0000L, 3, 8);

        private final int option;
        private final long pageOffset;
        private final int place;
        private final int entryBytes;

        Ring(int option, long pageOffset, int place, int entryBytes) {
            this.option = option;
            this.pageOffset = pageOffset;
            this.place = place;
            this.entryBytes = entryBytes;
        }

        int option() {
            return option;
        }

        long pageOffset() {
            return pageOffset;
        }

        /** Which of the four entries of struct xdp_mmap_offsets is the ring's. */
        int place() {
            return place;
        }

        /** An address, or a descriptor of address, length and options. */
        public int entryBytes() {
            return entryBytes;
        }
    }

    /**
     * A ring in memory: indices of 32 bits that run freely, flags, and entries.
     *
     * @param mapped the memory, to be closed by the caller
     * @param producer offset in bytes of the index of the next entry to be written
     * @param consumer offset in bytes of the index of the next entry to be read
     * @param flags offset in bytes of the 32 bits in which the kernel asks to be woken up
     * @param entries offset in bytes of the first entry
     */
    record MappedRing(MappedMemory mapped, int producer, int consumer, int flags, int entries) {}

    /**
     * What the kernel counted; since the socket was opened.
     *
     * @param receiveDropped packets dropped on the way in for another reason than those below
     * @param receiveInvalid entries of the FILL ring that were refused
     * @param transmitInvalid descriptors of the TX ring that were refused
     * @param receiveRingFull packets dropped because the RX ring was full
     * @param fillRingEmpty packets dropped because the FILL ring was empty
     * @param transmitRingEmpty times that the kernel found nothing to send
     */
    record Statistics(
            long receiveDropped,
            long receiveInvalid,
            long transmitInvalid,
            long receiveRingFull,
            long fillRingEmpty,
            long transmitRingEmpty) {}

    /**
     * Registers packet memory (XDP_UMEM_REG); the kernel pins its pages until the last socket that uses it is gone.
     *
     * @param memory starts on a page border, and outlives the socket
     * @param chunkBytes 2048 or 4096: what one packet, or a piece of one, has room in
     * @param headroomBytes left free in front of a received packet, behind the 256 that the kernel keeps for programs
     * @param flags of struct xdp_umem_reg
     * @param transmitMetadataBytes in front of each packet to send; 0 for none
     * @throws SystemCallException with {@link Errno#ENOBUFS} if the memory that this process may lock is used up
     */
    void registerMemory(MemorySegment memory, int chunkBytes, int headroomBytes, int flags, int transmitMetadataBytes);

    /**
     * Makes a ring.
     *
     * @param entryCount a power of two
     */
    void createRing(Ring ring, int entryCount);

    /** Maps a ring that was made, by the offsets that the kernel tells (XDP_MMAP_OFFSETS). */
    MappedRing mapRing(Ring ring, int entryCount);

    /** How many packets one call of {@link #wakeTransmit} may send (XDP_MAX_TX_SKB_BUDGET); returns 0 or the error number. */
    int transmitBudget(int packetCount);

    /** Bytes that may be under way in the kernel (SO_SNDBUFFORCE, else SO_SNDBUF); returns 0 or the error number. */
    int sendBuffer(int bytes);

    /**
     * Binds to a queue of a device.
     *
     * @param flags {@code BIND_} bits
     * @param sharedDescriptor with {@link #BIND_SHARED_MEMORY} a bound socket that has the memory registered; else 0
     * @return 0 or the error number
     */
    int bind(int deviceIndex, int queue, int flags, int sharedDescriptor);

    /** Lets the kernel send what is in the TX ring; returns 0, or an error number below 0. Does not wait. */
    int wakeTransmit();

    /** Tells the kernel that the FILL ring has entries; returns 0, or an error number below 0. Does not wait. */
    int wakeReceive();

    /** Whether the device reads and writes the packet memory itself (XDP_OPTIONS_ZEROCOPY). */
    boolean isZeroCopy();

    Statistics statistics();

    /** Closes; the kernel unbinds when the rings are unmapped too. Idempotent. */
    @Override
    void close();
}
