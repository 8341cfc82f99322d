package io.packetfs.afxdp;

/**
 * The shape of packet memory.
 *
 * @param chunkBytes what a frame takes: 2048 or 4096
 * @param chunkCount frames, at least 1
 * @param headroomBytes left free in front of received packets, on top of {@link Umem#KERNEL_HEADROOM_BYTES}; 6 puts the payload of UDP
 *     over IPv4 on a border of 8 bytes
 * @param pages what the memory is made of
 */
public record UmemConfig(int chunkBytes, int chunkCount, int headroomBytes, PageChoice pages) {
    /** What to make memory of. */
    public enum PageChoice {
        /** Reserved huge pages if enough are free, else what the kernel may join into huge ones, else ordinary pages. */
        AUTO,
        PLAIN,
        TRANSPARENT_HUGE,
        HUGE
    }

    /** The bytes of a frame that are not available as headroom: the kernel's own headroom and its book-keeping behind a packet. */
    public static final int HEADROOM_RESERVE_BYTES = 704;

    /** The most memory of one registration: the kernel counts its pages in 32 bits, and frames are numbered in 31. */
    private static final long BYTES_MAX = 1L << 40;

    public UmemConfig {
        if (chunkBytes != 2048 && chunkBytes != 4096) {
            throw new IllegalArgumentException("frames of " + chunkBytes + " bytes: 2048 or 4096 are possible");
        }
        if (chunkCount < 1 || (long) chunkCount * chunkBytes > BYTES_MAX) {
            throw new IllegalArgumentException(chunkCount + " frames of " + chunkBytes + " bytes");
        }
        if (headroomBytes < 0 || headroomBytes > chunkBytes - HEADROOM_RESERVE_BYTES) {
            throw new IllegalArgumentException("a headroom of " + headroomBytes + " bytes in frames of " + chunkBytes
                    + ": at most " + (chunkBytes - HEADROOM_RESERVE_BYTES));
        }
    }

    /** Frames of 4096 bytes, no headroom, pages chosen by what there is. */
    public static UmemConfig of(int chunkCount) {
        return new UmemConfig(4096, chunkCount, 0, PageChoice.AUTO);
    }

    public UmemConfig withChunkBytes(int bytes) {
        return new UmemConfig(bytes, chunkCount, headroomBytes, pages);
    }

    public UmemConfig withHeadroom(int bytes) {
        return new UmemConfig(chunkBytes, chunkCount, bytes, pages);
    }

    public UmemConfig withPages(PageChoice choice) {
        return new UmemConfig(chunkBytes, chunkCount, headroomBytes, choice);
    }

    /** All frames together. */
    public long bytes() {
        return (long) chunkCount * chunkBytes;
    }
}
