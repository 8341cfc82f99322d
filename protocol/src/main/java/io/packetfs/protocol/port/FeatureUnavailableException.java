package io.packetfs.protocol.port;

import java.io.Serial;

/** A feature was asked for by name and this machine does not have it. The message names the feature and says what is missing. */
public final class FeatureUnavailableException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    public FeatureUnavailableException(String feature, String reason, Throwable cause) {
        super(feature + " is not available: " + reason, cause);
    }
}
