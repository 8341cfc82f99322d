package io.packetfs.afxdp;

import io.packetfs.linux.SystemCallException;
import java.io.IOException;
import java.io.Serial;
import java.io.UncheckedIOException;

/** AF_XDP cannot be used as asked for; the message says which call failed, with which arguments and error, and what is missing. */
public final class AfXdpException extends UncheckedIOException {
    @Serial
    private static final long serialVersionUID = 1;

    AfXdpException(String message, SystemCallException cause) {
        super(message, new IOException(cause));
    }
}
