package io.packetfs.proxy;

import java.io.Serial;

/** An order that cannot be carried out; nothing has changed. The message is for whoever gave it. */
public final class ProxyException extends Exception {
    static final int BAD = 400;
    static final int FORBIDDEN = 403;
    static final int NOT_FOUND = 404;
    static final int METHOD_NOT_ALLOWED = 405;
    static final int EXISTS = 409;
    static final int TOO_LARGE = 413;
    /** The machine refuses, such as a port that is taken. */
    static final int FAILED = 500;

    @Serial
    private static final long serialVersionUID = 1;

    private final int status;

    ProxyException(int status, String message) {
        super(message);
        this.status = status;
    }

    static ProxyException bad(String message) {
        return new ProxyException(BAD, "bad request body: " + message);
    }

    /** The HTTP status that says so. */
    public int status() {
        return status;
    }
}
