package io.packetfs.sim;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * How a {@link UdpRelay} reaches the kernel: the socket that clients send to, one for each of them towards the target, and the wait for
 * any of these. All but {@link #wakeUp} is for the relay's thread.
 */
interface RelaySockets extends AutoCloseable {
    /** More is asked of a socket's kernel than most grant; it gives what it may. */
    int SOCKET_BUFFER_BYTES = 4 << 20;

    /** Where the clients send to. */
    InetSocketAddress address();

    /** Another socket, which takes datagrams of the target only. */
    Socket connect(InetSocketAddress target) throws IOException;

    /**
     * Waits until something has come, somebody calls {@link #wakeUp}, or about the time is over.
     *
     * @param timeoutNs {@link Long#MAX_VALUE} is no limit
     */
    void await(long timeoutNs) throws IOException;

    /**
     * Hands over some of what had come when the last {@link #await} ended, a bounded part of it from each socket. The receiver may open
     * and close sockets.
     *
     * @return the count of datagrams
     */
    int receive(Receiver receiver) throws IOException;

    /** The socket that clients send to. */
    Socket listening();

    /** Ends a wait; any thread may call. */
    void wakeUp();

    @Override
    void close();

    /** One socket. */
    interface Socket extends AutoCloseable {
        boolean isOpen();

        /**
         * Sends datagrams to one address, in order, and says of each what became of it: {@link LinkEvent#DELIVERED} to the kernel, {@link
         * LinkEvent#OVERRUN} if that has no room, {@link LinkEvent#UNREACHABLE} if it refuses. A closed socket reaches nobody.
         */
        void send(InetSocketAddress to, Outbox datagrams, Fate fate) throws IOException;

        /** Idempotent. */
        @Override
        void close();
    }

    /** Hears of datagrams as they come. */
    interface Receiver {
        /**
         * Some datagrams came at once, in the order in which they were sent.
         *
         * @param length of all of them together, bytes
         * @param segmentBytes of each but the last, which may be shorter
         * @param content where their bytes are until this returns
         */
        void onDatagrams(Socket socket, InetSocketAddress source, int length, int segmentBytes, Content content)
                throws IOException;
    }

    /** Bytes that have come. */
    interface Content {
        /** Copies {@code length} bytes from {@code offset} on to the beginning of {@code target}. */
        void copy(int offset, byte[] target, int length);
    }

    /** Hears what became of a datagram that was to be sent. */
    interface Fate {
        void onEnd(RelayDatagram datagram, LinkEvent event);
    }
}
