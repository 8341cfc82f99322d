package io.packetfs.protocol;

/**
 * A HEAD frame: bytes of a gram's header and descriptor table (spec: FRM-1, CHK-1). A flyweight: wraps a place in an array that it
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

    private byte[] array = {};
    private int offset;

    public HeadFrame wrap(byte[] array, int offset) {
        this.array = array;
        this.offset = offset;
        return this;
    }

    /** Writes the type and the reserved field; the first call when a frame is written. */
    public HeadFrame applyDefaults() {
        Wire.putU16(array, offset, FrameType.HEAD);
        return this;
    }

    /** Count of head bytes in this frame. */
    public int length() {
        return Wire.u16(array, offset + LENGTH_OFFSET);
    }

    public HeadFrame length(int bytes) {
        Wire.putU16(array, offset + LENGTH_OFFSET, bytes);
        return this;
    }

    /** Where in the head this frame's bytes belong. */
    public int position() {
        return Wire.bits32(array, offset + POSITION_OFFSET);
    }

    public HeadFrame position(int position) {
        Wire.putU32(array, offset + POSITION_OFFSET, position);
        return this;
    }

    public long gramId() {
        return Wire.u64(array, offset + GRAM_ID_OFFSET);
    }

    public HeadFrame gramId(long gramId) {
        Wire.putU64(array, offset + GRAM_ID_OFFSET, gramId);
        return this;
    }

    /** Length of the gram's whole head. */
    public int headLength() {
        return Wire.bits32(array, offset + HEAD_LENGTH_OFFSET);
    }

    public HeadFrame headLength(int bytes) {
        Wire.putU32(array, offset + HEAD_LENGTH_OFFSET, bytes);
        return this;
    }

    /** Length of the gram's whole slab. */
    public int slabLength() {
        return Wire.bits32(array, offset + SLAB_LENGTH_OFFSET);
    }

    public HeadFrame slabLength(int bytes) {
        Wire.putU32(array, offset + SLAB_LENGTH_OFFSET, bytes);
        return this;
    }

    /** The array that this frame lies in. */
    public byte[] array() {
        return array;
    }

    /** Where in {@link #array()} this frame's {@link #length()} head bytes begin. */
    public int payloadOffset() {
        return offset + BYTES;
    }
}
