package io.packetfs.afxdp;

/** Who has a frame. A frame is in exactly one state. */
public enum FrameState {
    /** Nobody: it may be taken. */
    FREE,
    /** The kernel, to receive into: it is in the FILL ring, in the device, or in the RX ring not looked at yet. */
    FILL,
    /** The application, with what was received. */
    RECEIVED,
    /** The application, to write a packet into. */
    WRITING,
    /** The kernel, to send: it is in the TX ring, in the device, or in the COMPLETION ring not looked at yet. */
    TX
}
