package io.packetfs.linux;

/** Sockets whose rings and packet memory the process shares with the kernel, by the kernel's own calls. Any thread may call. */
public interface AfXdpSockets {
    /**
     * Opens a socket in the calling thread's network namespace; it is bound to nothing yet.
     *
     * @throws SystemCallException if this process lacks CAP_NET_RAW ({@link Errno#EPERM}), the kernel has no AF_XDP ({@link
     *     Errno#EAFNOSUPPORT}), or no descriptor is left
     */
    AfXdpSocket open();
}
