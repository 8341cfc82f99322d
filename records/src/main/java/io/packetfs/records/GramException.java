package io.packetfs.records;

import io.packetfs.protocol.ReasonCode;
import java.io.IOException;

/** Why records cannot be sent or received: the connection could not be made, was lost, or is over. */
public final class GramException extends IOException {
    private static final long serialVersionUID = 1;

    /** The connection was given up with {@link GramConnection#abort}, by either side. */
    public static final int ABORTED = ReasonCode.APPLICATION;

    /** The peer has as many connections as it takes without its application having accepted them. */
    public static final int BUSY = ReasonCode.APPLICATION + 1;

    private final int reason;
    private final boolean byPeer;

    GramException(int reason, String message, boolean byPeer) {
        super(text(reason, message, byPeer));
        this.reason = reason;
        this.byPeer = byPeer;
    }

    /** This exception as others see it, with the stack trace of whoever meets it. */
    GramException here() {
        GramException met = new GramException(this);
        met.initCause(this);
        return met;
    }

    private GramException(GramException first) {
        super(first.getMessage());
        reason = first.reason;
        byPeer = first.byPeer;
    }

    /** A code of {@link ReasonCode}, {@link #ABORTED} or {@link #BUSY}. */
    public int reason() {
        return reason;
    }

    /** Whether the peer ended the connection. */
    public boolean isByPeer() {
        return byPeer;
    }

    private static String text(int reason, String message, boolean byPeer) {
        String name = switch (reason) {
            case ABORTED -> "ABORTED";
            case BUSY -> "BUSY";
            default -> ReasonCode.name(reason);
        };
        String text = message.isEmpty() ? name : name + ": " + message;
        return byPeer ? "the peer ended the connection: " + text : text;
    }
}
