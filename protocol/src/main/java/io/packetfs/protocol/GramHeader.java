package io.packetfs.protocol;

/**
 * The header that begins a gram (spec: GRM). A flyweight: wraps a place in an array that it does not own, and reads and writes
 * there. {@link GramValidator} says whether a header that came from a peer may be believed.
 */
public final class GramHeader {
    public static final int BYTES = 48;

    /** The longest head there can be: frames give its length in 16 bits (spec: GRM-1). */
    public static final int HEAD_BYTES_MAX = 65_535;

    /** The slab holds the descriptors' bytes. */
    public static final int MODE_PAYLOAD = 0;

    /** Descriptors of bytes that both sides hold, one by one. */
    public static final int MODE_OFFSET = 1;

    /** Descriptors of bytes that both sides hold, as runs of equal strides. */
    public static final int MODE_ARITHMETIC = 2;

    public static final int FLAG_ORDERED = 0x01;
    public static final int FLAG_DIGEST = 0x02;

    /** The slab is a program to run over the descriptors (spec: GRM-15). */
    public static final int FLAG_PROGRAM = 0x04;

    /** The longest program (spec: GRM-15). */
    public static final int PROGRAM_BYTES_MAX = 4_096;

    /** The highest lane number (spec: GRM-9). */
    public static final int LANE_MAX = 255;

    static final int GRAM_ID_OFFSET = 0;
    static final int LANE_OFFSET = 8;
    static final int MODE_AT = 12;
    static final int FLAGS_OFFSET = 13;
    static final int DESCRIPTOR_COUNT_OFFSET = 14;
    static final int SLAB_LENGTH_OFFSET = 16;
    static final int TABLE_LENGTH_OFFSET = 20;
    static final int BLOB_ID_OFFSET = 24;
    static final int RESERVED_16_OFFSET = 26;
    static final int RESERVED_32_OFFSET = 28;
    static final int DIGEST_OFFSET = 32;
    static final int LANE_SEQUENCE_OFFSET = 40;

    private byte[] array = {};
    private int offset;

    public GramHeader wrap(byte[] array, int offset) {
        this.array = array;
        this.offset = offset;
        return this;
    }

    /** Makes all fields zero, which is payload mode, unordered, staged; the first call when a header is written. */
    public GramHeader applyDefaults() {
        for (int i = 0; i < BYTES; i += Long.BYTES) {
            Wire.putU64(array, offset + i, 0);
        }
        return this;
    }

    public long gramId() {
        return Wire.u64(array, offset + GRAM_ID_OFFSET);
    }

    public GramHeader gramId(long gramId) {
        Wire.putU64(array, offset + GRAM_ID_OFFSET, gramId);
        return this;
    }

    public int lane() {
        return Wire.bits32(array, offset + LANE_OFFSET);
    }

    public GramHeader lane(int lane) {
        Wire.putU32(array, offset + LANE_OFFSET, lane);
        return this;
    }

    public int mode() {
        return Wire.u8(array, offset + MODE_AT);
    }

    public GramHeader mode(int mode) {
        Wire.putU8(array, offset + MODE_AT, mode);
        return this;
    }

    public int flags() {
        return Wire.u8(array, offset + FLAGS_OFFSET);
    }

    public GramHeader flags(int flags) {
        Wire.putU8(array, offset + FLAGS_OFFSET, flags);
        return this;
    }

    public boolean isOrdered() {
        return (flags() & FLAG_ORDERED) != 0;
    }

    public boolean hasDigest() {
        return (flags() & FLAG_DIGEST) != 0;
    }

    public boolean hasProgram() {
        return (flags() & FLAG_PROGRAM) != 0;
    }

    public int descriptorCount() {
        return Wire.u16(array, offset + DESCRIPTOR_COUNT_OFFSET);
    }

    /** Sets the count and, by it, the length of a table in payload mode. */
    public GramHeader descriptorCount(int count) {
        Wire.putU16(array, offset + DESCRIPTOR_COUNT_OFFSET, count);
        Wire.putU32(array, offset + TABLE_LENGTH_OFFSET, DescriptorTable.bytes(count));
        return this;
    }

    /** Sets count and table length of a table that {@link CompactTable} wrote. */
    public GramHeader compactTable(int count, int tableLength) {
        Wire.putU16(array, offset + DESCRIPTOR_COUNT_OFFSET, count);
        Wire.putU32(array, offset + TABLE_LENGTH_OFFSET, tableLength);
        return this;
    }

    public int slabLength() {
        return Wire.bits32(array, offset + SLAB_LENGTH_OFFSET);
    }

    public GramHeader slabLength(int bytes) {
        Wire.putU32(array, offset + SLAB_LENGTH_OFFSET, bytes);
        return this;
    }

    public int tableLength() {
        return Wire.bits32(array, offset + TABLE_LENGTH_OFFSET);
    }

    /** Header and descriptor table. */
    public int headLength() {
        return BYTES + tableLength();
    }

    /** The landing that the descriptors point into; 0 when the slab is staged, and in modes without payload the common blob. */
    public int blobId() {
        return Wire.u16(array, offset + BLOB_ID_OFFSET);
    }

    public GramHeader blobId(int blobId) {
        Wire.putU16(array, offset + BLOB_ID_OFFSET, blobId);
        return this;
    }

    /** CRC32C of the bytes that the descriptors name, or of the staged slab; meaningful when {@link #hasDigest()}. */
    public int digest() {
        return Wire.bits32(array, offset + DIGEST_OFFSET);
    }

    /** Sets the digest and the flag that says it is there. */
    public GramHeader digest(int crc32c) {
        Wire.putU64(array, offset + DIGEST_OFFSET, Integer.toUnsignedLong(crc32c));
        return flags(flags() | FLAG_DIGEST);
    }

    /** The place in an ordered lane; 0 in an unordered one. */
    public long laneSequence() {
        return Wire.u64(array, offset + LANE_SEQUENCE_OFFSET);
    }

    public GramHeader laneSequence(long sequence) {
        Wire.putU64(array, offset + LANE_SEQUENCE_OFFSET, sequence);
        return this;
    }

    /** Where in the array the descriptor table begins. */
    public int tableOffset() {
        return offset + BYTES;
    }
}
