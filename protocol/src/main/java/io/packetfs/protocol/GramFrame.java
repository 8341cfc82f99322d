package io.packetfs.protocol;

import java.lang.foreign.MemorySegment;

/**
 * A GRAM frame: one whole gram, header, table and slab (spec: FRM-1, CHK-1). A flyweight: wraps a place in a segment that it does not
 * own, and reads and writes there. On the receiving side it is valid while {@link FrameHandler#onGram} runs; {@link FrameReader} has
 * seen that the lengths add up, {@link GramValidator} is still to check the head.
 */
public final class GramFrame {
    /** Bytes before the gram. */
    public static final int BYTES = 4;

    private static final int LENGTH_OFFSET = 2;

    private MemorySegment segment = MemorySegment.NULL;
    private long offset;

    public GramFrame wrap(MemorySegment segment, long offset) {
        this.segment = segment;
        this.offset = offset;
        return this;
    }

    /** Writes the type and the reserved field; the first call when a frame is written. */
    public GramFrame applyDefaults() {
        Wire.putU16(segment, offset, FrameType.GRAM);
        return this;
    }

    /** Length of the gram: head and slab. */
    public int length() {
        return Wire.u16(segment, offset + LENGTH_OFFSET);
    }

    public GramFrame length(int bytes) {
        Wire.putU16(segment, offset + LENGTH_OFFSET, bytes);
        return this;
    }

    /** The segment that this frame lies in. */
    public MemorySegment segment() {
        return segment;
    }

    /** Where in {@link #segment()} the gram begins. */
    public long payloadOffset() {
        return offset + BYTES;
    }
}
