package io.packetfs.transfer;

/** What kind of thing ended a transfer; a command turns it into an exit code. */
public enum FailureKind {
    /** A bug on this side or the other. */
    INTERNAL,
    /** Nobody answered. */
    CANNOT_CONNECT,
    /** The two sides speak different versions. */
    VERSION,
    /** Bytes arrived that are not those that were sent. */
    INTEGRITY,
    /** A file or a disk, on this side unless the message says otherwise. */
    LOCAL_IO,
    /** The peer went away or fell silent. */
    PEER_LOST,
    /** The peer is there, and nothing moves. */
    STALLED,
    /** The receiver does not want the transfer. */
    REFUSED,
    /** A person or a signal ended it. */
    INTERRUPTED
}
