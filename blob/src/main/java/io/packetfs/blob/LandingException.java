package io.packetfs.blob;

import java.io.Serial;

/** The environment failed a landing. The message names the file, what was attempted, and the system's error. */
public final class LandingException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    public LandingException(String message) {
        super(message);
    }

    public LandingException(String message, Throwable cause) {
        super(message, cause);
    }
}
