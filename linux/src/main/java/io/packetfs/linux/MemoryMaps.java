package io.packetfs.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Memory that the kernel maps, with a choice of pages and place that Java does not offer. Any thread may call. */
public interface MemoryMaps {
    /** Where a mapping of ordinary pages starts: on a border of this many bytes, so that huge pages fit it. */
    long ALIGNMENT_BYTES = 1L << 21;

    /**
     * Maps private memory that reads as zero and belongs to no file.
     *
     * @param lengthBytes at least 1; a multiple of the page's size if that is huge
     * @param arena whose end unmaps it
     * @return exactly {@code lengthBytes}
     * @throws SystemCallException {@link Errno#ENOMEM} if there is not enough, or not enough huge pages are reserved
     */
    MemorySegment anonymous(long lengthBytes, PageSize pages, Arena arena);

    /**
     * Makes a file that lies in memory and has no name, and is gone when its last descriptor and mapping are.
     *
     * @param label what {@code /proc/PID/fd} shows; nothing else depends on it
     * @return a file descriptor, which {@link #close} frees; until then the file can be opened as {@code /proc/self/fd/N}
     * @throws SystemCallException if there can be none, or none with such pages
     */
    int memoryFile(String label, PageSize pages);

    /** Frees a descriptor. */
    void close(int fileDescriptor);

    /**
     * Asks that pages of {@code memory} that are not there yet come from one NUMA node.
     *
     * @param memory native memory that starts on a page's border
     * @param node 0 to 63
     * @throws SystemCallException if there is no such node, or the kernel knows of no nodes ({@link Errno#ENOSYS})
     */
    void bindToNode(MemorySegment memory, int node);
}
