package io.packetfs.protocol.trace;

/** What holds back sending. */
public enum TraceLimit {
    /** There is nothing to send. */
    APPLICATION,
    /** The peer has to grant more credit. */
    CREDIT,
    /** The congestion window is full. */
    WINDOW,
    /** The next packet has to wait for its time. */
    PACING
}
