package io.packetfs.swarm;

/** What is left of a batch: the length and, for placed grams, the offset of each. */
final class Supply {
    final Batch batch;
    private final int[] lengths;
    private final long firstOffset;
    private int next;
    private long nextOffset;

    /**
     * @param firstOffset where the first lies in the blob, if they are placed
     */
    Supply(Batch batch, int[] lengths, long firstOffset) {
        this.batch = batch;
        this.lengths = lengths;
        this.firstOffset = firstOffset;
        nextOffset = firstOffset;
    }

    boolean isEmpty() {
        return next == lengths.length;
    }

    /** The offset of the gram that {@link #takeLength} is asked for next. */
    long offset() {
        return nextOffset;
    }

    int takeLength() {
        int length = lengths[next++];
        nextOffset += length;
        return length;
    }

    /** Where the blob goes on behind this batch; before any gram was taken. */
    long endOffset() {
        long end = firstOffset;
        for (int length : lengths) {
            end += length;
        }
        return end;
    }
}
