package io.packetfs.protocol.port;

import java.net.InetSocketAddress;

/**
 * Where datagrams come from and go to: the seam between the engine and its carriers. A carrier moves datagrams in batches and knows
 * nothing of grams; the engine opens no socket.
 *
 * <p>Calling order, all from the one thread that owns the port, except {@link #wakeup()}, which any thread may call: {@link
 * #receive}, {@link #send}, and, when neither had work, {@link #await}. Packet memory is lent for the length of a call: a port never
 * keeps a train it was given, and a receiver never keeps a buffer it was handed.
 *
 * <p>A failure of the environment (the interface is gone, memory is short) is an {@link java.io.UncheckedIOException} that names the
 * call, its arguments and the error. A datagram that could not be delivered because the peer's port is closed or a queue is full is
 * not a failure: it is a lost datagram, and is counted.
 */
public interface DatagramPort extends AutoCloseable {
    /** The address this port is bound to, with the port number the kernel chose if it was asked to choose. */
    InetSocketAddress localAddress();

    /** What this port can do; constant over its life, save that a capability the kernel refused in use may fall away. */
    PortFeatures features();

    /**
     * Hands over what has arrived, without waiting. One call hands over a bounded batch, so that a flood cannot starve sending.
     *
     * @return the count of datagrams handed over; 0 if nothing was there
     */
    int receive(DatagramReceiver receiver);

    /**
     * Submits a train of equal-sized datagrams (the last may be shorter) with as few system calls as the platform allows.
     *
     * @return true if the port has taken the whole train; false if it has taken nothing and wants it offered again after {@link
     *     #await} or {@link #receive}
     */
    boolean send(DatagramTrain train);

    /**
     * Whether a further train to this destination would be refused, and it alone: a reliable port has a queue for each peer. {@link
     * DatagramReceiver#onUnblocked} tells when no more. Ports with one queue for all say no, and let {@link #send} refuse.
     */
    default boolean isBlocked(InetSocketAddress destination) {
        return false;
    }

    /**
     * Nothing more goes to this peer or is wanted from it: a reliable port hands over what it has taken and ends the stream, without
     * waiting and without a word of {@link DatagramReceiver#onDisconnected}. Ports without streams have nothing to do.
     */
    default void disconnect(InetSocketAddress peer) {}

    /**
     * Waits until a datagram is there, a refused train may be offered again, {@link #wakeup()} was called, or the time is over. While
     * datagrams come closely, it may notice each of these up to {@link WakeupModeration#NAP_NS} late.
     *
     * @param timeoutNs nanoseconds, at least 0; 0 returns at once
     */
    void await(long timeoutNs);

    /** Ends a present or the next {@link #await}. The only method that any thread may call. */
    void wakeup();

    /** Hands what was submitted to the kernel as far as it takes it, and frees socket and memory. Idempotent. */
    @Override
    void close();
}
