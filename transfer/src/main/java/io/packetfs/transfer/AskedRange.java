package io.packetfs.transfer;

import io.packetfs.blob.chunk.ChunkTag;

/** Where a chunk that was asked of is to lie, its checksum, and its tag. */
record AskedRange(long offset, int length, int crc32c, ChunkTag tag, long basePlace) {
    /** For {@link #basePlace}: anywhere in the base, if at all. */
    static final long ANYWHERE = -1;

    long end() {
        return offset + length;
    }
}
