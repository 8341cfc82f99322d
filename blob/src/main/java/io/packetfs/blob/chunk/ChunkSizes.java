package io.packetfs.blob.chunk;

/**
 * How long chunks are, all by one number (spec: CUT-1).
 *
 * @param averageLog2 the binary logarithm of the average in bytes, {@link #AVERAGE_LOG2_MIN} to {@link #AVERAGE_LOG2_MAX}
 */
public record ChunkSizes(int averageLog2) {
    public static final int AVERAGE_LOG2_MIN = 13;
    public static final int AVERAGE_LOG2_MAX = 18;

    /** Of content up to this many average chunks the average is the smallest that keeps to it. */
    private static final long CHUNKS_AIMED_AT = 1 << 15;

    public ChunkSizes {
        if (averageLog2 < AVERAGE_LOG2_MIN || averageLog2 > AVERAGE_LOG2_MAX) {
            throw new IllegalArgumentException("chunks of 2^" + averageLog2 + " bytes");
        }
    }

    /** The sizes for an index of so many bytes: small where that is cheap, larger where a list of them would be long. */
    public static ChunkSizes forContent(long bytes) {
        int log2 = AVERAGE_LOG2_MIN;
        while (log2 < AVERAGE_LOG2_MAX && bytes >>> log2 > CHUNKS_AIMED_AT) {
            log2++;
        }
        return new ChunkSizes(log2);
    }

    /** No chunk but the last of a file is as short as this, in bytes. */
    public int minBytes() {
        return averageBytes() / 2;
    }

    public int averageBytes() {
        return 1 << averageLog2;
    }

    /** No chunk is longer, in bytes. */
    public int maxBytes() {
        return averageBytes() * 4;
    }
}
