package io.packetfs.blob.chunk;

/** Consecutive bytes of one file, by their place in an address space of files: {@code length} bytes from {@code offset} on, one or more. */
public record Extent(long offset, long length) {
    public Extent {
        if (offset < 0 || length < 1 || offset > Long.MAX_VALUE - length) {
            throw new IllegalArgumentException(length + " bytes at " + offset);
        }
    }

    /** The offset after the last byte. */
    public long end() {
        return offset + length;
    }
}
