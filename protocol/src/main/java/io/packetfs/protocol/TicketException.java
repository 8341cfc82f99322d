package io.packetfs.protocol;

import java.io.Serial;

/** A text that is no ticket this side can use. The message is a sentence for the person who typed or pasted it. */
public final class TicketException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /** What kind of mistake it is. */
    public enum Kind {
        /** Something was mistyped, lost or added. */
        MALFORMED,

        /** The ticket is whole, but of a version that this program does not know. */
        VERSION
    }

    private final Kind kind;

    TicketException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
