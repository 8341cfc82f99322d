package io.packetfs.linux;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/** An open UDP socket; calls never block. Opened, used and closed by any thread, but by one at a time. */
public interface UdpSocket extends Pollable, AutoCloseable {
    /** Whether addresses have the form of IPv6, those of IPv4 mapped into it. */
    boolean isIpv6();

    /** Sets an option; returns 0, or the error number if the kernel has no such option or refuses the value. */
    int set(UdpOption option, int value);

    /**
     * Reads an option.
     *
     * @throws SystemCallException if the kernel has no such option
     */
    int get(UdpOption option);

    /**
     * Lets a program choose which of the sockets that share an address gets a datagram: it returns the socket's place in the order in
     * which they were bound. For a number that no socket has, the kernel chooses. It is for all of them; set on any that is bound.
     *
     * @return 0, or the error number if the kernel has no such option or refuses the program
     */
    int steer(SocketFilter filter);

    /**
     * Binds.
     *
     * @param address port 0 lets the kernel choose; the wildcard address of either family is that of the socket's own
     * @throws SystemCallException if the address is in use or not of this host
     */
    void bind(InetSocketAddress address);

    /**
     * Takes datagrams of one peer only from now on, and hears of it when the peer's host refuses some.
     *
     * @throws SystemCallException if there is no way to the address
     */
    void connect(InetSocketAddress address);

    /** The address it is bound to. */
    InetSocketAddress localAddress();

    /**
     * Sends messages, in order, as far as the kernel takes them.
     *
     * @return the count taken, at least 1, or an error number below 0, which is about the message {@code first}
     */
    int send(OutgoingMessages messages, int first, int count);

    /**
     * Sends one message from where it lies, without control data: segmented and marked as the socket's options say. While it lasts,
     * nothing can stop this thread, not even for a collection of garbage.
     *
     * @param addressed tells where to, and nothing else, see {@link OutgoingMessages#address}
     * @param payload on the heap or not
     * @param length how much of it, from its beginning
     * @return 1, or an error number below 0
     */
    int sendLent(OutgoingMessages addressed, MemorySegment payload, int length);

    /**
     * Receives messages into those given.
     *
     * @return the count received, at least 1, or an error number below 0: {@link Errno#EAGAIN} if nothing is there; others may be about
     *     a message sent earlier
     */
    int receive(IncomingMessages messages);

    /** Idempotent. */
    @Override
    void close();
}
