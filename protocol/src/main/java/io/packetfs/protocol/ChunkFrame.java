package io.packetfs.protocol;

/**
 * A CHUNK frame: bytes of a gram's slab, with all that is needed to land them alone (spec: FRM-1, CHK-2). Its 32 bytes are read and
 * written as four words of 64 bits. On the receiving side it is valid while {@link FrameHandler#onChunk} runs, and what it shows has
 * passed {@link FrameReader}; the landing is still to be checked (spec: CHK-5).
 */
public final class ChunkFrame {
    /** Bytes before the slab's own. */
    public static final int BYTES = 32;

    // type u8, reserved u8, length u16, slab position u32
    private static final int PLACE_OFFSET = 0;
    private static final int LENGTH_SHIFT = 16;
    private static final int SLAB_POSITION_SHIFT = 32;

    private static final int GRAM_ID_OFFSET = 8;
    private static final int BLOB_OFFSET_OFFSET = 16;

    // blob id u16, head length u16, slab length u32
    private static final int GRAM_OFFSET = 24;
    private static final int HEAD_LENGTH_SHIFT = 16;
    private static final int SLAB_LENGTH_SHIFT = 32;

    private static final int U16_MAX = 0xffff;

    private byte[] array = {};
    private int offset;
    private long place;
    private long gramId;
    private long blobOffset;
    private long gram;

    /**
     * Writes the 32 bytes before the slab's own.
     *
     * @param length count of slab bytes in this frame, 1 to 65,535
     * @param slabPosition where in the slab they belong
     * @param blobOffset where in the landing they belong; 0 for a staged slab
     * @param blobId the landing, to 65,535; 0 for a staged slab
     * @param headLength length of the gram's whole head, to 65,535
     * @param slabLength length of the gram's whole slab
     */
    public static void write(
            byte[] array,
            int offset,
            int length,
            int slabPosition,
            long gramId,
            long blobOffset,
            int blobId,
            int headLength,
            int slabLength) {
        assert (length | blobId | headLength) >>> 16 == 0 : length + " " + blobId + " " + headLength;
        long place = FrameType.CHUNK | (long) length << LENGTH_SHIFT | (long) slabPosition << SLAB_POSITION_SHIFT;
        long gram = blobId | (long) headLength << HEAD_LENGTH_SHIFT | (long) slabLength << SLAB_LENGTH_SHIFT;
        Wire.putU64(array, offset + PLACE_OFFSET, place);
        Wire.putU64(array, offset + GRAM_ID_OFFSET, gramId);
        Wire.putU64(array, offset + BLOB_OFFSET_OFFSET, blobOffset);
        Wire.putU64(array, offset + GRAM_OFFSET, gram);
    }

    /** Reads the 32 bytes at {@code offset}. */
    public ChunkFrame read(byte[] array, int offset) {
        this.array = array;
        this.offset = offset;
        place = Wire.u64(array, offset + PLACE_OFFSET);
        gramId = Wire.u64(array, offset + GRAM_ID_OFFSET);
        blobOffset = Wire.u64(array, offset + BLOB_OFFSET_OFFSET);
        gram = Wire.u64(array, offset + GRAM_OFFSET);
        return this;
    }

    /**
     * Moves on to the frame at {@code nextOffset} if it is as long as this one and has the bytes that come next, in the slab and in the landing.
     *
     * @return whether it has; otherwise this stays what it is
     */
    public boolean moveOn(byte[] nextArray, int nextOffset) {
        long nextPlace = place + ((long) length() << SLAB_POSITION_SHIFT);
        long nextBlobOffset = blobId() == 0 ? 0 : blobOffset + length();
        boolean isNext = Wire.u64(nextArray, nextOffset + PLACE_OFFSET) == nextPlace
                && Wire.u64(nextArray, nextOffset + GRAM_ID_OFFSET) == gramId
                && Wire.u64(nextArray, nextOffset + BLOB_OFFSET_OFFSET) == nextBlobOffset
                && Wire.u64(nextArray, nextOffset + GRAM_OFFSET) == gram;
        if (isNext) {
            array = nextArray;
            offset = nextOffset;
            place = nextPlace;
            blobOffset = nextBlobOffset;
        }
        return isNext;
    }

    /** Count of slab bytes in this frame. */
    public int length() {
        return (int) (place >>> LENGTH_SHIFT) & U16_MAX;
    }

    /** Where in the slab this frame's bytes belong. */
    public int slabPosition() {
        return (int) (place >>> SLAB_POSITION_SHIFT);
    }

    public long gramId() {
        return gramId;
    }

    /** Where in the landing this frame's bytes belong; 0 for a staged slab. */
    public long blobOffset() {
        return blobOffset;
    }

    /** The landing; 0 for a staged slab. */
    public int blobId() {
        return (int) gram & U16_MAX;
    }

    /** Length of the gram's whole head. */
    public int headLength() {
        return (int) (gram >>> HEAD_LENGTH_SHIFT) & U16_MAX;
    }

    /** Length of the gram's whole slab. */
    public int slabLength() {
        return (int) (gram >>> SLAB_LENGTH_SHIFT);
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
