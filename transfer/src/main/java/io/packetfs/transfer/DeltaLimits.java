package io.packetfs.transfer;

/** The limits of delta transfers. */
final class DeltaLimits {
    /** The most chunks that were asked of and are not decided (spec: DLT-5). */
    static final int UNDECIDED_MAX = 65_536;

    private DeltaLimits() {}
}
