package io.packetfs.blob;

import java.io.Serial;

/** The environment failed a source. The message names the file, what was attempted, and what went wrong. */
public final class SourceException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    public SourceException(String message) {
        super(message);
    }

    public SourceException(String message, Throwable cause) {
        super(message, cause);
    }
}
