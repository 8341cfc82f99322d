package io.packetfs.linux;

import java.lang.foreign.MemorySegment;

/** What the kernel is told about the use of mapped memory. Any thread may call. */
public interface MemoryAdvice {
    /** A value of madvise(2). */
    enum Advice {
        NORMAL(0),
        RANDOM(1),
        SEQUENTIAL(2),
        /** Will be read soon: read-ahead starts, and the call does not wait for it. */
        WILLNEED(3),
        /** Not used for now: pages leave this process. A shared mapping keeps its content; a private anonymous one reads as zero. */
        DONTNEED(4),
        HUGEPAGE(14),
        /** Maps the pages for reading at once; since Linux 5.14, before it fails with {@link Errno#EINVAL}. */
        POPULATE_READ(22),
        /** Maps the pages for writing at once; since Linux 5.14, before it fails with {@link Errno#EINVAL}. */
        POPULATE_WRITE(23);

        private final int number;

        Advice(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }
    }

    /**
     * Advises about the pages that {@code memory} touches.
     *
     * @param memory native memory; for {@link Advice#DONTNEED} on private memory it should start and end on page borders, since whole
     *     pages are dropped
     * @throws SystemCallException if the kernel refuses
     */
    void advise(MemorySegment memory, Advice advice);

    /** The size of an ordinary page: a power of two. */
    int pageBytes();
}
