package io.packetfs.protocol.port;

/** Whether to use a capability that the platform may lack. */
public enum Offload {
    /** If it is available. */
    AUTO,
    /** Use it, or fail to open. */
    ON,
    /** Do not use it. */
    OFF
}
