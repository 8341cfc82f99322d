package io.packetfs.linux;

import java.io.IOException;
import java.io.Serial;
import java.io.UncheckedIOException;

/** A system call failed. The message names the call with its arguments, and the error by name and meaning. */
public final class SystemCallException extends UncheckedIOException {
    @Serial
    private static final long serialVersionUID = 1;

    private final int errno;

    /**
     * @param call the call with its arguments, as in {@code fallocate(/data/a, 0, 4096)}
     * @param errno the error number the kernel gave
     */
    public SystemCallException(String call, int errno) {
        super(new IOException(call + ": " + Errno.describe(errno)));
        this.errno = errno;
    }

    @Override
    public String getMessage() {
        return getCause().getMessage();
    }

    public int errno() {
        return errno;
    }

    public boolean is(Errno other) {
        return errno == other.number();
    }
}
