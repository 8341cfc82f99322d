package io.packetfs.transfer;

/** The lanes of a transfer, and what bounds its grams (spec: LNS). */
final class Lanes {
    static final int CONTROL = 0;
    static final int BULK = 1;
    static final int STREAM = 2;
    static final int SCHEDULE = 3;
    static final int PROGRAM = 4;

    /** The landing that bulk grams point into. */
    static final int BULK_BLOB_ID = 1;

    /** The most bytes of the address space in one bulk gram (spec: FLO-3). */
    static final int BULK_GRAM_BYTES = 1 << 20;

    /** The most bytes of a stream in one gram. */
    static final int STREAM_GRAM_BYTES = 256 << 10;

    private Lanes() {}
}
