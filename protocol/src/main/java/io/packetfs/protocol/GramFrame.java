package io.packetfs.protocol;

/**
 * A GRAM frame: one whole gram, header, table and slab (spec: FRM-1, CHK-1). A flyweight: wraps a place in an array that it does not
 * own, and reads and writes there. On the receiving side it is valid while {@link FrameHandler#onGram} runs; {@link FrameReader} has
 * seen that the lengths add up, {@link GramValidator} is still to check the head.
 */
public final class GramFrame {
    /** Bytes before the gram. */
    public static final int BYTES = 4;

    private static final int LENGTH_OFFSET = 2;

    private byte[] array = {};
    private int offset;

    public GramFrame wrap(byte[] array, int offset) {
        this.array = array;
        this.offset = offset;
        return this;
    }

    /** Writes the type and the reserved field; the first call when a frame is written. */
    public GramFrame applyDefaults() {
        Wire.putU16(array, offset, FrameType.GRAM);
        return this;
    }

    /** Length of the gram: head and slab. */
    public int length() {
        return Wire.u16(array, offset + LENGTH_OFFSET);
    }

    public GramFrame length(int bytes) {
        Wire.putU16(array, offset + LENGTH_OFFSET, bytes);
        return this;
    }

    /** The array that this frame lies in. */
    public byte[] array() {
        return array;
    }

    /** Where in {@link #array()} the gram begins. */
    public int payloadOffset() {
        return offset + BYTES;
    }
}
