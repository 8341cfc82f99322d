package io.packetfs.nettyio;

import io.netty.channel.unix.Errors.NativeIoException;
import io.packetfs.protocol.port.PortCounters;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;

/** What a failed send or receive call means for the datagrams it was about. */
enum Fault {
    /** The kernel or the interface does not do segmentation offload for this train after all. */
    OFFLOAD_REFUSED,
    /** A datagram is larger than the interface carries unfragmented: lost. */
    TOO_LARGE,
    /** A queue of the kernel is full: offer it again. */
    QUEUE_FULL,
    /** No way to this destination now, or nobody there: lost, and no matter for other destinations. */
    UNREACHABLE,
    /** The socket itself is of no more use. */
    SOCKET_BROKEN;

    // errno of Linux, the same on x86-64 and AArch64; Netty reports errno by number but publishes few of them.
    private static final int EPERM = 1;
    private static final int EIO = 5;
    private static final int ENOMEM = 12;
    private static final int EACCES = 13;
    private static final int EINVAL = 22;
    private static final int EMSGSIZE = 90;
    private static final int EOPNOTSUPP = 95;
    private static final int EADDRNOTAVAIL = 99;
    private static final int ENETDOWN = 100;
    private static final int ENETUNREACH = 101;
    private static final int ENOBUFS = 105;
    private static final int ECONNREFUSED = 111;
    private static final int EHOSTDOWN = 112;
    private static final int EHOSTUNREACH = 113;

    static Fault of(Throwable cause) {
        if (cause instanceof NativeIoException nativeCause) {
            return ofErrno(-nativeCause.expectedErr());
        }
        // Java's channels tell no errno. All they throw for one datagram is an IOException; the socket lives on.
        return cause instanceof IOException && !(cause instanceof ClosedChannelException) ? UNREACHABLE : SOCKET_BROKEN;
    }

    static Fault ofErrno(int errno) {
        return switch (errno) {
            case EIO, EINVAL, EOPNOTSUPP -> OFFLOAD_REFUSED;
            case EMSGSIZE -> TOO_LARGE;
            case ENOBUFS, ENOMEM -> QUEUE_FULL;
            case EPERM, EACCES, EADDRNOTAVAIL, ENETDOWN, ENETUNREACH, ECONNREFUSED, EHOSTDOWN, EHOSTUNREACH ->
                UNREACHABLE;
            default -> SOCKET_BROKEN;
        };
    }

    /** Counts datagrams that were lost by this. */
    void count(PortCounters counters, int datagrams) {
        switch (this) {
            case TOO_LARGE -> counters.onTooLarge(datagrams);
            case QUEUE_FULL -> counters.onDropped(datagrams);
            default -> counters.onUnreachable(datagrams);
        }
    }
}
