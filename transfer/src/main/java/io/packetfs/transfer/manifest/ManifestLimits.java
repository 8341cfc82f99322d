package io.packetfs.transfer.manifest;

/** The limits of what one transfer may describe. */
public final class ManifestLimits {
    /** The most entries of a manifest (spec: MAN-4). */
    public static final int ENTRIES_MAX = 1_000_000;

    /** The most bytes of paths and targets of a manifest (spec: MAN-4). */
    public static final long PATH_BYTES_TOTAL_MAX = 128L << 20;

    /** The most bytes of all files together (spec: MAN-4). */
    public static final long FILE_BYTES_TOTAL_MAX = 1L << 60;

    /** The most bytes of a path or a link's target (spec: MAN-2). */
    public static final int PATH_BYTES_MAX = 4_095;

    /** The most bytes of one component of a path (spec: MAN-2). */
    public static final int COMPONENT_BYTES_MAX = 255;

    private ManifestLimits() {}
}
