package io.packetfs.transfer;

import java.io.Serial;

/** The environment does not let a transfer begin or end: a path that cannot be read, a folder that cannot be written. */
public final class TransferException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    public TransferException(String message) {
        super(message);
    }
}
