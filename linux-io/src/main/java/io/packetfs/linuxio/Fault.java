package io.packetfs.linuxio;

import io.packetfs.linux.Errno;
import io.packetfs.protocol.port.PortCounters;

/** What a failed send or receive call means for the datagrams it was about. */
enum Fault {
    /** The kernel or the interface does not do segmentation offload for this train after all. */
    OFFLOAD_REFUSED,
    /** A datagram is larger than the interface carries unfragmented: lost. */
    TOO_LARGE,
    /** The socket's buffer is full, or nothing is there; the kernel tells when that changes. */
    NOT_READY,
    /** A queue of the kernel is full, and it does not tell when that changes: offer it again. */
    QUEUE_FULL,
    /** No way to this destination now, or nobody there: lost, and no matter for other destinations. */
    UNREACHABLE,
    /** The socket itself is of no more use. */
    SOCKET_BROKEN;

    static Fault of(int errno) {
        return switch (Errno.of(errno).orElse(Errno.EBADF)) {
            case EAGAIN, EINTR -> NOT_READY;
            case EIO, EINVAL, EOPNOTSUPP -> OFFLOAD_REFUSED;
            case EMSGSIZE -> TOO_LARGE;
            case ENOBUFS, ENOMEM -> QUEUE_FULL;
            case EPERM,
                    EACCES,
                    EADDRNOTAVAIL,
                    ENETDOWN,
                    ENETUNREACH,
                    ETIMEDOUT,
                    ECONNREFUSED,
                    EHOSTDOWN,
                    EHOSTUNREACH,
                    EAFNOSUPPORT,
                    ENOPROTOOPT,
                    EPROTO -> UNREACHABLE;
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
