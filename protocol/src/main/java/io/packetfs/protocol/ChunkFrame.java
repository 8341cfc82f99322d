package io.packetfs.protocol;

import java.lang.foreign.MemorySegment;

/**
 * A CHUNK frame: bytes of a gram's slab, with all that is needed to land them alone (spec: FRM-1, CHK-2). A flyweight: wraps a place
 * in a segment that it does not own, and reads and writes there. On the receiving side it is valid while {@link FrameHandler#onChunk}
 * runs, and what it shows has passed {@link FrameReader}; the landing is still to be checked (spec: CHK-5).
 */
public final class ChunkFrame {
    /** Bytes before the slab's own. */
    public static final int BYTES = 32;

    private static final int LENGTH_OFFSET = 2;
    private static final int SLAB_POSITION_OFFSET = 4;
    private static final int GRAM_ID_OFFSET = 8;
    private static final int BLOB_OFFSET_OFFSET = 16;
    private static final int BLOB_ID_OFFSET = 24;
    private static final int HEAD_LENGTH_OFFSET = 26;
    private static final int SLAB_LENGTH_OFFSET = 28;

    private MemorySegment segment = MemorySegment.NULL;
    private long offset;

    public ChunkFrame wrap(MemorySegment segment, long offset) {
        this.segment = segment;
        this.offset = offset;
        return this;
    }

    /** Writes the type and the reserved field; the first call when a frame is written. */
    public ChunkFrame applyDefaults() {
        Wire.putU16(segment, offset, FrameType.CHUNK);
        return this;
    }

    /** Count of slab bytes in this frame. */
    public int length() {
        return Wire.u16(segment, offset + LENGTH_OFFSET);
    }

    public ChunkFrame length(int bytes) {
        Wire.putU16(segment, offset + LENGTH_OFFSET, bytes);
        return this;
    }

    /** Where in the slab this frame's bytes belong. */
    public int slabPosition() {
        return Wire.bits32(segment, offset + SLAB_POSITION_OFFSET);
    }

    public ChunkFrame slabPosition(int position) {
        Wire.putU32(segment, offset + SLAB_POSITION_OFFSET, position);
        return this;
    }

    public long gramId() {
        return Wire.u64(segment, offset + GRAM_ID_OFFSET);
    }

    public ChunkFrame gramId(long gramId) {
        Wire.putU64(segment, offset + GRAM_ID_OFFSET, gramId);
        return this;
    }

    /** Where in the landing this frame's bytes belong; 0 for a staged slab. */
    public long blobOffset() {
        return Wire.u64(segment, offset + BLOB_OFFSET_OFFSET);
    }

    public ChunkFrame blobOffset(long blobOffset) {
        Wire.putU64(segment, offset + BLOB_OFFSET_OFFSET, blobOffset);
        return this;
    }

    /** The landing; 0 for a staged slab. */
    public int blobId() {
        return Wire.u16(segment, offset + BLOB_ID_OFFSET);
    }

    public ChunkFrame blobId(int blobId) {
        Wire.putU16(segment, offset + BLOB_ID_OFFSET, blobId);
        return this;
    }

    /** Length of the gram's whole head. */
    public int headLength() {
        return Wire.u16(segment, offset + HEAD_LENGTH_OFFSET);
    }

    public ChunkFrame headLength(int bytes) {
        Wire.putU16(segment, offset + HEAD_LENGTH_OFFSET, bytes);
        return this;
    }

    /** Length of the gram's whole slab. */
    public int slabLength() {
        return Wire.bits32(segment, offset + SLAB_LENGTH_OFFSET);
    }

    public ChunkFrame slabLength(int bytes) {
        Wire.putU32(segment, offset + SLAB_LENGTH_OFFSET, bytes);
        return this;
    }

    /** The segment that this frame lies in. */
    public MemorySegment segment() {
        return segment;
    }

    /** Where in {@link #segment()} this frame's {@link #length()} slab bytes begin. */
    public long payloadOffset() {
        return offset + BYTES;
    }
}
