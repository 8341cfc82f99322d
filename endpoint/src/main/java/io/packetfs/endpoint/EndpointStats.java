package io.packetfs.endpoint;

/** Counts of datagrams that an endpoint has seen before any connection did. Written by the agent's thread. */
public final class EndpointStats {
    long datagrams;
    long truncated;
    long foreign;
    long unknownConnection;
    long initialsRejected;
    long initialsReplayed;
    long initialsCrowdedOut;
    long repliesRejected;
    long rawDropped;
    long passedOn;
    long passedIn;
    long passedDropped;

    EndpointStats() {}

    /** Datagrams that had a whole header and all the bytes that it announced. */
    public long datagrams() {
        return datagrams;
    }

    /** Remainders shorter than a header or than their header said. */
    public long truncated() {
        return truncated;
    }

    /** Datagrams of another version or an unknown type. */
    public long foreign() {
        return foreign;
    }

    /** Protected packets for no connection of this endpoint. */
    public long unknownConnection() {
        return unknownConnection;
    }

    /** INITIALs without a valid ticket, or with unacceptable parameters: not answered. */
    public long initialsRejected() {
        return initialsRejected;
    }

    /** INITIALs seen before: answered with the same bytes, or not at all. */
    public long initialsReplayed() {
        return initialsReplayed;
    }

    /** INITIALs dropped because too many connections waited for the proof of their address. */
    public long initialsCrowdedOut() {
        return initialsCrowdedOut;
    }

    /** REPLYs that no connecting connection was waiting for, or that were not valid. */
    public long repliesRejected() {
        return repliesRejected;
    }

    /** Handshake answers dropped because the port took none for too long. */
    public long rawDropped() {
        return rawDropped;
    }

    /** Datagrams of other shards that were passed on to them. */
    public long passedOn() {
        return passedOn;
    }

    /** Datagrams that other shards have passed to this one. */
    public long passedIn() {
        return passedIn;
    }

    /** Datagrams of other shards that were lost because too many waited there. */
    public long passedDropped() {
        return passedDropped;
    }
}
