package io.packetfs.transfer;

/** How a transfer ended. */
public enum TransferStatus {
    OK,
    /** Some files failed. */
    PARTIAL,
    FAILED,
    INTERRUPTED
}
