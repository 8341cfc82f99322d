package io.packetfs.linux;

/** UDP by the kernel's own calls, many messages at once. Sockets never block. */
public interface UdpSockets {
    /**
     * Opens a socket for IPv4.
     *
     * @throws SystemCallException if the process has no descriptor left
     */
    UdpSocket openIpv4();

    /**
     * Opens a socket for IPv6, and for IPv4 as well unless it is bound to an IPv6 address.
     *
     * @throws SystemCallException if the kernel has no IPv6 ({@link Errno#EAFNOSUPPORT}), or the process no descriptor left
     */
    UdpSocket openIpv6();
}
