package io.packetfs.linux;

/**
 * Asks the kernel what it can do for datagrams, by trying: a socket is opened, an option set, the socket closed. Nothing stays
 * changed. Any thread may call.
 */
public interface KernelProbe {
    /**
     * The answer to one question.
     *
     * @param available whether it works for this process
     * @param cause why not, as a sentence fragment; empty if it works
     */
    record Capability(boolean available, String cause) {
        static final Capability AVAILABLE = new Capability(true, "");
    }

    /**
     * What socket buffers of a wished size come out as.
     *
     * @param receiveBytes room for datagrams with their book-keeping that the kernel granted for receiving
     * @param sendBytes the same for sending
     * @param limitExceeded whether this process may go past {@code rmem_max} and {@code wmem_max} (CAP_NET_ADMIN), and did
     */
    record SocketBuffers(int receiveBytes, int sendBytes, boolean limitExceeded) {}

    /** Segmentation offload for sending: one call takes a train of datagrams (UDP_SEGMENT). */
    Capability udpSegmentation();

    /** Merging of received datagrams (UDP_GRO). */
    Capability udpReceiveMerging();

    /** AF_XDP sockets. */
    Capability afXdp();

    /** io_uring. */
    Capability ioUring();

    /** The buffers that a UDP socket gets when it asks for {@code wishedBytes}, by force if this process may. */
    SocketBuffers socketBuffers(int wishedBytes);
}
