package io.packetfs.protocol;

import java.lang.foreign.MemorySegment;

/**
 * A HEAD frame: bytes of a gram's header and descriptor table (spec: FRM-1, CHK-1). A flyweight: wraps a place in a segment that it
 * does not own, and reads and writes there. On the receiving side it is valid while {@link FrameHandler#onHead} runs, and what it
 * shows has passed {@link FrameReader}.
 */
public final class HeadFrame {
    /** Bytes before the head's own. */
    public static final int BYTES = 24;

    private static final int LENGTH_OFFSET = 2;
    private static final int POSITION_OFFSET = 4;
    private static final int GRAM_ID_OFFSET = 8;
    private static final int HEAD_LENGTH_OFFSET = 16;
    private static final int SLAB_LENGTH_OFFSET = 20;

    private MemorySegment segment = MemorySegment.NULL;
    private long offset;

    public HeadFrame wrap(MemorySegment segment, long offset) {
        this.segment = segment;
        this.offset = offset;
        return this;
    }

    /** Writes the type and the reserved field; the first call when a frame is written. */
    public HeadFrame applyDefaults() {
        Wire.putU16(segment, offset, FrameType.HEAD);
        return this;
    }

    /** Count of head bytes in this frame. */
    public int length() {
        return Wire.u16(segment, offset + LENGTH_OFFSET);
    }

    public HeadFrame length(int bytes) {
        Wire.putU16(segment, offset + LENGTH_OFFSET, bytes);
        return this;
    }

    /** Where in the head this frame's bytes belong. */
    public int position() {
        return Wire.bits32(segment, offset + POSITION_OFFSET);
    }

    public HeadFrame position(int position) {
        Wire.putU32(segment, offset + POSITION_OFFSET, position);
        return this;
    }

    public long gramId() {
        return Wire.u64(segment, offset + GRAM_ID_OFFSET);
    }

    public HeadFrame gramId(long gramId) {
        Wire.putU64(segment, offset + GRAM_ID_OFFSET, gramId);
        return this;
    }

    /** Length of the gram's whole head. */
    public int headLength() {
        return Wire.bits32(segment, offset + HEAD_LENGTH_OFFSET);
    }

    public HeadFrame headLength(int bytes) {
        Wire.putU32(segment, offset + HEAD_LENGTH_OFFSET, bytes);
        return this;
    }

    /** Length of the gram's whole slab. */
    public int slabLength() {
        return Wire.bits32(segment, offset + SLAB_LENGTH_OFFSET);
    }

    public HeadFrame slabLength(int bytes) {
        Wire.putU32(segment, offset + SLAB_LENGTH_OFFSET, bytes);
        return this;
    }

    /** The segment that this frame lies in. */
    public MemorySegment segment() {
        return segment;
    }

    /** Where in {@link #segment()} this frame's {@link #length()} head bytes begin. */
    public long payloadOffset() {
        return offset + BYTES;
    }
}
