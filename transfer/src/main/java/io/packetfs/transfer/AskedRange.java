package io.packetfs.transfer;

/** Where a chunk that was asked of is to lie, its checksum, and its tag. Immutable; the tag is not to be changed. */
record AskedRange(long offset, int length, int crc32c, byte[] tag, long basePlace) {
    /** For {@link #basePlace}: anywhere in the base, if at all. */
    static final long ANYWHERE = -1;

    long end() {
        return offset + length;
    }
}
