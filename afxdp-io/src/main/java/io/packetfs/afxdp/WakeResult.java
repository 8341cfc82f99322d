package io.packetfs.afxdp;

/** What came of asking the kernel to send. */
public enum WakeResult {
    /** It went over the ring; entries it refused are left out, so {@link XskSocket#transmitPending} may still be above 0. */
    DONE,
    /** It has no room, or its budget is used up: what is in the ring stays there for another call (EAGAIN). */
    AGAIN,
    /** The device dropped a packet, which completes all the same; the rest waits for another call (EBUSY). */
    DROPPED,
    /** Memory was short; what is in the ring stays there (ENOBUFS). */
    NO_BUFFERS,
    /** The device is switched off; what is in the ring stays there (ENETDOWN). */
    DOWN
}
