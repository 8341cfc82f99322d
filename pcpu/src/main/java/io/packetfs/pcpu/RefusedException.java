package io.packetfs.pcpu;

import java.io.Serial;

/** A program, a schedule or a run that is not allowed; nothing of it has run. The message says what and where. */
public final class RefusedException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    /** Why; the names are stable. */
    public enum Reason {
        SYNTAX,
        UNKNOWN_OPERATION,
        BAD_IMMEDIATE,
        TOO_MANY_OPERATIONS,
        TWO_TARGETS,
        TOO_MANY_DESCRIPTORS,
        BAD_DESCRIPTOR,
        OUTSIDE_BLOB,
        OVERLAP,
        TOO_MUCH_WORK,
        READ_ONLY,
        TARGET
    }

    private final Reason reason;

    RefusedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
