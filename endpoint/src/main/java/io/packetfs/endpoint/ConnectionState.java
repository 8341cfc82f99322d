package io.packetfs.endpoint;

/** Where a connection is in its life. It only moves down this list. */
public enum ConnectionState {
    /** The INITIAL is being sent; no answer yet. */
    CONNECTING,
    /** Responder only: the REPLY was sent, the peer's address is not proven yet. */
    UNPROVEN,
    /** Both sides can send grams. */
    CONNECTED,
    /** This side has ended it and repeats its CLOSE to a peer that still sends. */
    CLOSING,
    /** Nothing is sent any more, and what arrives is not read. */
    CLOSED
}
