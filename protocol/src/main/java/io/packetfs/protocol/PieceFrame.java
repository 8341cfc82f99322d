package io.packetfs.protocol;

/**
 * A PIECE frame: bytes of the slab of a gram whose head the receiver has, from here to the end of the packet (spec: FRM-1, PCE). Its 8 bytes are
 * read and written as one word. On the receiving side it is valid while {@link FrameHandler#onPiece} runs; the gram that it belongs to is still
 * to be found, and with it where the bytes go (spec: PCE-2).
 */
public final class PieceFrame {
    /** Bytes before the slab's own. */
    public static final int BYTES = 8;

    // type u8, slab position in grains u24, low half of the gram id u32
    private static final int GRAIN_SHIFT = 8;
    private static final int GRAIN_MASK = 0xff_ffff;
    private static final int GRAM_ID_SHIFT = 32;

    private byte[] array = {};
    private int offset;
    private int length;
    private long word;

    /**
     * Writes the 8 bytes before the slab's own.
     *
     * @param slabPosition where in the slab the bytes belong, a multiple of {@link GramLimits#GRAIN_BYTES}
     */
    public static void write(byte[] array, int offset, int slabPosition, long gramId) {
        long grain = slabPosition / GramLimits.GRAIN_BYTES;
        Wire.putU64(array, offset, FrameType.PIECE | grain << GRAIN_SHIFT | gramId << GRAM_ID_SHIFT);
    }

    /** Reads the 8 bytes at {@code offset}; the slab's own end at {@code end}. */
    public PieceFrame read(byte[] array, int offset, int end) {
        this.array = array;
        this.offset = offset;
        length = end - offset - BYTES;
        word = Wire.u64(array, offset);
        return this;
    }

    /**
     * Moves on to the frame at {@code nextOffset}, which is as long as this one, if it has the bytes of the slab that come next. Behind a frame whose
     * length is no multiple of {@link GramLimits#GRAIN_BYTES} there are none.
     *
     * @return whether it has; otherwise this stays what it is
     */
    public boolean moveOn(byte[] nextArray, int nextOffset) {
        long grains = length / GramLimits.GRAIN_BYTES;
        long next = word + (grains << GRAIN_SHIFT);
        if (Wire.u64(nextArray, nextOffset) != next || length % GramLimits.GRAIN_BYTES != 0) {
            return false;
        }
        array = nextArray;
        offset = nextOffset;
        word = next;
        return true;
    }

    /** Count of slab bytes in this frame. */
    public int length() {
        return length;
    }

    /** Where in the slab this frame's bytes belong. */
    public int slabPosition() {
        return ((int) (word >>> GRAIN_SHIFT) & GRAIN_MASK) * GramLimits.GRAIN_BYTES;
    }

    /** The number nearest to {@code near} that has the gram id's low half; below zero if there is no such gram. */
    public long gramId(long near) {
        return near + ((int) (word >>> GRAM_ID_SHIFT) - (int) near);
    }

    /** The packet that this frame lies in. */
    public byte[] array() {
        return array;
    }

    /** Where in {@link #array()} this frame's {@link #length()} slab bytes begin. */
    public int payloadOffset() {
        return offset + BYTES;
    }
}
