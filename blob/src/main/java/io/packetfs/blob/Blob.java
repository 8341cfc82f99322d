package io.packetfs.blob;

import io.packetfs.linux.Errno;
import io.packetfs.linux.HugePagePools;
import io.packetfs.linux.Linux;
import io.packetfs.linux.MemoryAdvice.Advice;
import io.packetfs.linux.SystemCallException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * Memory beside the heap that descriptors address: a landing, a source, and a segment to compute over. Its size may be beyond 2 GiB.
 *
 * <p>Any thread may read and write; who does both at one place at one time gets what the processor makes of it. One owner closes it, and
 * afterwards every access raises {@link IllegalStateException}: memory that is no longer mapped cannot be touched.
 */
public final class Blob implements Landing, BlobSource, AutoCloseable {
    /** No blob is larger: what a processor with 47 bits of addresses can map, and room for others. */
    public static final long SIZE_BYTES_MAX = 1L << 46;

    private static final long PREFAULT_PIECE_BYTES = 64 << 20;
    private static final int SMALL_PAGE_BYTES = 4_096;

    private final Runnable unmap;
    private final MemorySegment memory;
    private final BlobPages pages;
    private final String reason;

    /**
     * A blob over a mapping.
     *
     * @param unmap what ends the mapping
     * @param reason why it has these pages
     */
    Blob(Runnable unmap, MemorySegment memory, BlobPages pages, String reason) {
        this.unmap = unmap;
        this.memory = memory;
        this.pages = pages;
        this.reason = reason;
    }

    /**
     * Memory of this process alone, which reads as zero.
     *
     * @param sizeBytes 1 to {@link #SIZE_BYTES_MAX}
     * @throws BlobException if there is not so much, or not of these pages
     */
    public static Blob anonymous(long sizeBytes, BlobPages pages) throws BlobException {
        checkSize(sizeBytes);
        return BlobMemory.anonymous(sizeBytes, pages);
    }

    static void checkSize(long sizeBytes) throws BlobException {
        if (sizeBytes < 1 || sizeBytes > SIZE_BYTES_MAX) {
            throw new BlobException("a blob has 1 to " + SIZE_BYTES_MAX + " bytes, not " + sizeBytes);
        }
    }

    /** All of it, exactly {@link #sizeBytes()}; read-only if it was opened for reading. */
    public MemorySegment memory() {
        return memory;
    }

    @Override
    public long sizeBytes() {
        return memory.byteSize();
    }

    /** What it is made of; never {@link BlobPages#AUTO}. */
    public BlobPages pages() {
        return pages;
    }

    /** Why it has these pages: a clause for people. */
    public String reason() {
        return reason;
    }

    /**
     * Asks that pages that are not there yet come from one NUMA node; to be called before {@link #prefault}.
     *
     * @return what was done, for people
     * @throws BlobException if the machine has no such node
     */
    public String bindToNode(int node) throws BlobException {
        List<Integer> nodes = HugePagePools.ofThisHost().numaNodes();
        if (!nodes.contains(node)) {
            throw new BlobException("there is no NUMA node " + node + " with memory; there are " + nodes);
        }
        if (nodes.size() == 1) {
            return "this machine has one NUMA node, there is nothing to choose";
        }
        try {
            Linux.memoryMaps().bindToNode(memory, node);
        } catch (SystemCallException e) {
            throw new BlobException("the memory cannot be bound to node " + node + ": " + e.getMessage(), e);
        }
        return "bound to NUMA node " + node;
    }

    /**
     * Makes every page be there before it is used, so that no later access waits for the kernel.
     *
     * @throws BlobException if there is not enough memory
     */
    public void prefault(int threads) throws BlobException {
        try {
            ParallelRanges.run(
                    memory.byteSize(),
                    PREFAULT_PIECE_BYTES,
                    threads,
                    (offset, length) -> populate(memory.asSlice(offset, length)));
        } catch (SystemCallException e) {
            throw new BlobException("the memory's pages cannot be had: " + e.getMessage(), e);
        }
    }

    @Override
    public void write(long offset, byte[] source, int sourceOffset, int length) {
        MemorySegment.copy(source, sourceOffset, memory, ValueLayout.JAVA_BYTE, offset, length);
    }

    @Override
    public void read(long offset, byte[] target, int targetOffset, int length) {
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, target, targetOffset, length);
    }

    @Override
    public void updateDigest(CRC32C digest, long offset, int length) {
        Objects.checkFromIndexSize(offset, length, sizeBytes());
        digest.update(memory.asSlice(offset, length).asByteBuffer());
    }

    @Override
    public void close() {
        unmap.run();
    }

    private static void populate(MemorySegment range) {
        if (Linux.isAvailable()) {
            try {
                Linux.memoryAdvice().advise(range, range.isReadOnly() ? Advice.POPULATE_READ : Advice.POPULATE_WRITE);
                return;
            } catch (SystemCallException e) {
                if (!e.is(Errno.EINVAL)) {
                    throw e;
                }
            }
        }
        touch(range);
    }

    /** For kernels before 5.14, and other systems. */
    private static void touch(MemorySegment range) {
        for (long at = 0; at < range.byteSize(); at += SMALL_PAGE_BYTES) {
            byte value = range.get(ValueLayout.JAVA_BYTE, at);
            if (!range.isReadOnly()) {
                range.set(ValueLayout.JAVA_BYTE, at, value);
            }
        }
    }
}
