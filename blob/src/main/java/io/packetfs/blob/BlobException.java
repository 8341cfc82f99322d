package io.packetfs.blob;

import java.io.Serial;

/** A blob cannot be made, opened or used; the message is a sentence that says which and why. */
public final class BlobException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    public BlobException(String message) {
        super(message);
    }

    public BlobException(String message, Throwable cause) {
        super(message, cause);
    }
}
