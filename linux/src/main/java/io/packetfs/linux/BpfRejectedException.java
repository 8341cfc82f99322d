package io.packetfs.linux;

import java.io.IOException;
import java.io.Serial;
import java.io.UncheckedIOException;

/** The kernel's verifier refused a program. */
public final class BpfRejectedException extends UncheckedIOException {
    @Serial
    private static final long serialVersionUID = 1;

    private final String verifierLog;

    BpfRejectedException(String call, int errno, String verifierLog) {
        super(new IOException(call + ": " + Errno.describe(errno) + "; the verifier says: " + verifierLog.strip()));
        this.verifierLog = verifierLog;
    }

    @Override
    public String getMessage() {
        return getCause().getMessage();
    }

    /** All that the verifier says, in lines. */
    public String verifierLog() {
        return verifierLog;
    }
}
