package io.packetfs.linux;

import java.lang.foreign.MemorySegment;

/** Memory of its own from the kernel, in pages of a chosen kind and place. Any thread may call. */
public interface MemoryMaps {
    /** What pages memory is made of. */
    enum Pages {
        /** Ordinary pages. */
        PLAIN(0),
        /** Ordinary pages that the kernel may join into huge ones, where it can (MADV_HUGEPAGE); on a border for them. */
        TRANSPARENT_HUGE(0),
        /** Reserved huge pages of the default size, which an administrator sets aside. */
        HUGE(0),
        /** Reserved huge pages of 2 MiB. */
        HUGE_2_MIB(21),
        /** Reserved huge pages of 1 GiB. */
        HUGE_1_GIB(30);

        /** Where the kernel looks for a size, in the flags of mmap(2) and of memfd_create(2). */
        private static final int SIZE_SHIFT = 26;

        private final int log2;

        Pages(int log2) {
            this.log2 = log2;
        }

        /** The size that is named; 0 where it is the kernel's to say. */
        public long bytes() {
            return log2 == 0 ? 0 : 1L << log2;
        }

        /** Whether they come from a pool, so that memory either has them or is refused. */
        public boolean isReserved() {
            return this == HUGE || log2 != 0;
        }

        int sizeFlags() {
            return log2 << SIZE_SHIFT;
        }
    }

    /**
     * Maps zeroed memory that this process alone uses.
     *
     * @param bytes at least 1; rounded up to whole pages, of which the rest is not accessible
     * @throws SystemCallException if the kernel has no such pages ({@link Errno#ENOMEM}) or knows no such kind
     */
    MappedMemory anonymous(long bytes, Pages pages);

    /**
     * Makes a file that lies in memory and has no name, and is gone when its last descriptor and mapping are.
     *
     * @param label what {@code /proc/PID/fd} shows; nothing else depends on it
     * @return a file descriptor, which {@link #close} frees; until then the file can be opened as {@code /proc/self/fd/N}
     * @throws SystemCallException if there can be none, or none with such pages
     */
    int memoryFile(String label, Pages pages);

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
