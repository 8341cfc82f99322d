package io.packetfs.protocol;

/**
 * What a receiver accepts in one gram; a peer learns it from the parameters (spec: PAR-3).
 *
 * @param slabBytesMax the longest slab
 * @param descriptorCountMax the most descriptors
 * @param descriptorBytesMax the most bytes that one descriptor may name
 */
public record GramLimits(int slabBytesMax, int descriptorCountMax, int descriptorBytesMax) {
    /** No receiver may allow a longer slab than this (spec: PAR-3). */
    public static final int SLAB_BYTES_LIMIT = 1 << 24;

    /** Positions in heads and slabs are multiples of this, and so are lengths but for the last (spec: CHK-3). */
    public static final int GRAIN_BYTES = 8;

    /** spec: PAR-4. */
    public static final GramLimits DEFAULTS = new GramLimits(1 << 20, 1_024, 256 << 10);

    /** Whether these may be bytes of one frame, of a head or slab that is {@code whole} bytes long (spec: CHK-3). */
    public static boolean isOnGrid(long position, int length, long whole) {
        return length >= 1
                && position % GRAIN_BYTES == 0
                && position + length <= whole
                && (length % GRAIN_BYTES == 0 || position + length == whole);
    }

    /** The longest head that fits these limits (spec: GRM-1). */
    public int headBytesMax() {
        return Math.min(GramHeader.BYTES + DescriptorTable.bytes(descriptorCountMax), GramHeader.HEAD_BYTES_MAX);
    }
}
