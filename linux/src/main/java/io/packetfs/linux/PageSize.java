package io.packetfs.linux;

/** The sizes of pages that memory can be asked for in. */
public enum PageSize {
    /** The processor's ordinary page, which the kernel may merge into larger ones where it is advised to. */
    ORDINARY(0, 0),
    HUGE_2_MIB(1L << 21, 21),
    HUGE_1_GIB(1L << 30, 30);

    /** Where the kernel looks for the logarithm of a huge page's size, in the flags of mmap(2) and of memfd_create(2). */
    private static final int SIZE_SHIFT = 26;

    private final long bytes;
    private final int log2;

    PageSize(long bytes, int log2) {
        this.bytes = bytes;
        this.log2 = log2;
    }

    /** The size of a page; 0 for the ordinary one, which {@link MemoryAdvice#pageBytes()} tells. */
    public long bytes() {
        return bytes;
    }

    public boolean isHuge() {
        return bytes != 0;
    }

    int flags() {
        return log2 << SIZE_SHIFT;
    }
}
