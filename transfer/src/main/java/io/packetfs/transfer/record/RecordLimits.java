package io.packetfs.transfer.record;

/** The limits of the control lane. */
public final class RecordLimits {
    /** Version of this protocol, in every record. */
    public static final int VERSION = 1;

    /** Type, version, zero, body length. */
    public static final int HEADER_BYTES = 8;

    /** The most bytes of a record, header included (spec: REC-1). */
    public static final int RECORD_BYTES_MAX = 65_536;

    /** The most bytes of a text for people (spec: REC-4). */
    public static final int TEXT_BYTES_MAX = 1_024;

    /** The most connections that one transfer may have (spec: STP-1). */
    public static final int STREAMS_MAX = 16;

    private RecordLimits() {}
}
