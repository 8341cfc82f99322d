package io.packetfs.transfer.record;

/** The first byte of a record (spec: REC-1), and the limits that all records keep. */
final class RecordType {
    static final int OFFER = 1;
    static final int MANIFEST = 2;
    static final int HAVE = 3;
    static final int ACCEPT = 4;
    static final int REFUSE = 5;
    static final int DIGESTS = 6;
    static final int STATUS = 7;
    static final int DONE = 8;
    static final int RESULT = 9;
    static final int STREAM_DONE = 10;
    static final int STRIPES = 11;
    static final int STRIPE = 12;
    static final int BASE = 13;
    static final int CHUNKS = 14;
    static final int NEED = 15;
    static final int SCHEDULE_DONE = 20;

    private RecordType() {}
}
