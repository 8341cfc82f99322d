package io.packetfs.transfer;

/** Where a transfer is; it only moves down this list. */
public enum TransferPhase {
    /** No connection yet. */
    CONNECTING,
    /** The manifest goes over, the receiver makes room. */
    PREPARING,
    /** Bytes go over. */
    MOVING,
    /** Digests are compared, files get their names. */
    FINISHING,
    /** Over, well or not. */
    ENDED
}
