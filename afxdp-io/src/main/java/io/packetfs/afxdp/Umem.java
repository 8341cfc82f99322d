package io.packetfs.afxdp;

import io.packetfs.linux.HugePages;
import io.packetfs.linux.Linux;
import io.packetfs.linux.MappedMemory;
import io.packetfs.linux.MemoryMaps.Pages;
import io.packetfs.linux.SystemCallException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Memory that packets are in, shared with the kernel, cut into frames of equal size. Sockets on any queues and devices share one: each
 * has frames of its own out of it ({@link FrameLedger}), so threads with a socket each meet only here, when sockets open and close.
 *
 * <p>The memory is mapped by {@link #map}, or lent by a caller who keeps it until {@link #close} ({@link #over}). The kernel pins its
 * pages while a socket is open.
 */
public final class Umem implements AutoCloseable {
    /** What the kernel leaves free in front of each received packet, for programs to add headers. */
    public static final int KERNEL_HEADROOM_BYTES = 256;

    private final UmemConfig config;
    private final MemorySegment memory;
    private final MappedMemory mapped;
    private final String pagesReason;
    private final BitSet lent = new BitSet();
    private final List<XskSocket> sockets = new ArrayList<>();
    private boolean closed;

    private Umem(UmemConfig config, MemorySegment memory, MappedMemory mapped, String pagesReason) {
        this.config = config;
        this.memory = memory;
        this.mapped = mapped;
        this.pagesReason = pagesReason;
    }

    /**
     * Maps memory.
     *
     * @throws SystemCallException if the kernel does not have it in pages of the kind that was asked for
     */
    public static Umem map(UmemConfig config) {
        return switch (config.pages()) {
            case PLAIN -> map(config, Pages.PLAIN, "ordinary pages, as asked for");
            case TRANSPARENT_HUGE -> map(config, Pages.TRANSPARENT_HUGE, "transparent huge pages, as asked for");
            case HUGE -> map(config, Pages.HUGE, "reserved huge pages, as asked for");
            case AUTO -> mapBest(config, HugePages.read());
        };
    }

    /**
     * Uses memory of the caller's.
     *
     * @param memory native, from a page border on, as many bytes as {@link UmemConfig#bytes}
     */
    public static Umem over(MemorySegment memory, UmemConfig config) {
        if (!memory.isNative() || memory.byteSize() != config.bytes() || memory.address() % pageBytes() != 0) {
            throw new IllegalArgumentException("packet memory of " + memory.byteSize() + " bytes at 0x"
                    + Long.toHexString(memory.address()) + ": " + config.bytes()
                    + " native ones from a page border on are needed");
        }
        return new Umem(config, memory, null, "memory of the caller's");
    }

    public UmemConfig config() {
        return config;
    }

    /** All frames, one behind the other. Addresses in rings are offsets into it. */
    public MemorySegment memory() {
        return memory;
    }

    /** What the memory is made of, and why, as a sentence fragment. */
    public String pagesReason() {
        return pagesReason;
    }

    /** The offset at which a frame begins. */
    public long frameAddress(int frame) {
        return (long) frame * config.chunkBytes();
    }

    /** The number of the frame that an address is in; of no frame if it is outside of the memory. */
    long frameOf(long address) {
        return address < 0 ? -1 : address / config.chunkBytes();
    }

    /**
     * Unmaps the memory if it was mapped here. Idempotent.
     *
     * @throws IllegalStateException if a socket still uses it
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        if (!sockets.isEmpty()) {
            throw new IllegalStateException(sockets.size() + " sockets still use this packet memory");
        }
        closed = true;
        if (mapped != null) {
            mapped.close();
        }
    }

    /** Frames that are not lent to any socket. */
    public synchronized int unusedFrameCount() {
        return config.chunkCount() - lent.cardinality();
    }

    /** Lends frames in one piece. The caller has this object's lock. */
    FrameLedger lend(int frameCount) {
        if (closed) {
            throw new IllegalStateException("this packet memory is closed");
        }
        int first = 0;
        while (first + frameCount <= config.chunkCount()) {
            int taken = lent.nextSetBit(first);
            if (taken < 0 || taken >= first + frameCount) {
                lent.set(first, first + frameCount);
                return new FrameLedger(first, frameCount);
            }
            first = lent.nextClearBit(taken);
        }
        throw new IllegalArgumentException("a socket wants " + frameCount + " frames in one piece of "
                + config.chunkCount() + ", " + unusedFrameCount() + " of which are unused");
    }

    /** Takes lent frames back. With zero-copy a device may still write into them for some milliseconds. */
    void takeBack(FrameLedger ledger) {
        lent.clear(ledger.firstFrame(), ledger.firstFrame() + ledger.frameCount());
    }

    /** The sockets that are bound with this memory. The caller has this object's lock. */
    List<XskSocket> sockets() {
        return sockets;
    }

    private static Umem mapBest(UmemConfig config, HugePages hugePages) {
        long pageBytes = hugePages.pageBytes().orElse(0);
        long freeBytes = hugePages.freeCount().orElse(0) * pageBytes;
        String reason = freeBytes + " bytes of reserved huge pages are free, " + config.bytes() + " are needed";
        if (pageBytes > 0 && freeBytes >= config.bytes()) {
            try {
                return map(config, Pages.HUGE, "reserved huge pages: " + reason);
            } catch (SystemCallException e) {
                // Somebody else was faster, or a control group forbids it.
                reason = e.getMessage();
            }
        }
        boolean transparent = hugePages
                .transparentMode()
                .filter(mode -> !mode.equals("never"))
                .isPresent();
        if (transparent) {
            try {
                return map(config, Pages.TRANSPARENT_HUGE, "transparent huge pages: " + reason);
            } catch (SystemCallException e) {
                reason += ", and " + e.getMessage();
            }
        }
        return map(
                config,
                Pages.PLAIN,
                "ordinary pages: " + reason + (transparent ? "" : ", and transparent ones are switched off"));
    }

    private static Umem map(UmemConfig config, Pages pages, String reason) {
        MappedMemory mapped = Linux.memoryMaps().anonymous(config.bytes(), pages);
        return new Umem(config, mapped.memory(), mapped, reason);
    }

    private static int pageBytes() {
        return Linux.memoryAdvice().pageBytes();
    }
}
