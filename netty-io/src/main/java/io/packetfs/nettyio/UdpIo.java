package io.packetfs.nettyio;

/** Which of Netty's transports moves the datagrams. */
public enum UdpIo {
    /** Epoll where it is available, else NIO. */
    AUTO,
    /** Linux epoll, with sendmmsg and recvmmsg, and the only one with segmentation offload. */
    EPOLL,
    /** Java's own channels, everywhere: one system call per datagram. */
    NIO
}
