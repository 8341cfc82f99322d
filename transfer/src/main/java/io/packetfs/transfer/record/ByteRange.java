package io.packetfs.transfer.record;

/** A range of a transfer's address space, in bytes: from {@code offset} on, {@code length} of them, at least one. */
public record ByteRange(long offset, long length) {
    public ByteRange {
        if (offset < 0 || length < 1 || offset > Long.MAX_VALUE - length) {
            throw new IllegalArgumentException("range of " + length + " bytes at " + offset);
        }
    }

    /** The offset after the last byte. */
    public long end() {
        return offset + length;
    }
}
