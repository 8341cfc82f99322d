package io.packetfs.linuxio;

import io.packetfs.linux.OutgoingMessages;
import io.packetfs.linux.SystemCallException;
import io.packetfs.linux.UdpSocket;
import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.port.PortCounters;
import io.packetfs.protocol.port.PortFeatures;
import java.net.Inet6Address;
import java.net.InetSocketAddress;

/**
 * The sending half of a port: a train goes out as one message that the kernel cuts, or else as a message for each datagram.
 *
 * <p>A train that the kernel will not cut goes out as single datagrams. If the kernel takes only some of these, the others wait here
 * until there is room; no other train is taken before.
 */
final class Outbound {
    /**
     * So many trains are copied to native memory before they are lent from the heap, which is quicker but takes an adapter that the JVM
     * needs some milliseconds to make: a small transfer is over by then.
     */
    static final int TRAINS_COPIED_FIRST = 256;

    private final UdpSocket socket;
    private final PortCounters counters;
    private final OutgoingMessages messages;
    private final SocketMarks marks;
    private boolean segmentationOffload;
    private int trainsCopied;
    private boolean wantsRoom;
    private boolean queueFull;
    private int nextIndex;
    private int endIndex;

    Outbound(UdpSocket socket, PortCounters counters, boolean segmentationOffload) {
        this.socket = socket;
        this.counters = counters;
        this.segmentationOffload = segmentationOffload;
        marks = new SocketMarks(socket);
        messages = new OutgoingMessages(
                socket.isIpv6(), PortFeatures.GSO_SEGMENTS_MAX, PortFeatures.UDP_PAYLOAD_BYTES_MAX);
    }

    /** Whether trains go out as one message; false from the first train on that the kernel refused to cut. */
    boolean segmentationOffload() {
        return segmentationOffload;
    }

    /** Whether something was refused because the socket's buffer was full, since {@link #onWaited}. */
    boolean wantsRoom() {
        return wantsRoom;
    }

    /** Whether something was refused by a queue that does not tell when it has room, since {@link #onWaited}. */
    boolean queueFull() {
        return queueFull;
    }

    /** Takes the train, or returns false, having taken nothing. */
    boolean send(DatagramTrain train) {
        if (!flush() || !submit(train)) {
            counters.onSendRefused();
            return false;
        }
        counters.onSent(train);
        return true;
    }

    /** To be called after a wait: there may be room now. */
    void onWaited() {
        wantsRoom = false;
        queueFull = false;
        flush();
    }

    /** Hands what waits to the kernel as far as it takes it, and counts the rest as lost. */
    void close() {
        if (!flush()) {
            counters.onDropped(endIndex - nextIndex);
        }
        messages.close();
    }

    private boolean submit(DatagramTrain train) {
        InetSocketAddress destination = train.destination();
        if (destination.isUnresolved()) {
            throw new IllegalArgumentException("unresolved destination " + destination);
        }
        if (!socket.isIpv6() && destination.getAddress() instanceof Inet6Address) {
            counters.onUnreachable(train.count());
            return true;
        }
        messages.address(destination, train.ecn());
        return (segmentationOffload && train.count() > 1) ? sendSegmented(train) : sendSingly(train);
    }

    private boolean sendSegmented(DatagramTrain train) {
        int result = trainsCopied < TRAINS_COPIED_FIRST ? sendCopied(train) : sendLent(train);
        return result > 0 || onSegmentedFailure(-result, train);
    }

    private int sendCopied(DatagramTrain train) {
        trainsCopied++;
        messages.put(0, train.array(), train.length());
        messages.asOne(train.length(), train.segmentBytes(), train.ecn() != 0);
        return socket.send(messages, 0, 1);
    }

    private int sendLent(DatagramTrain train) {
        int errno = marks.set(train.segmentBytes(), train.destination(), train.ecn());
        return errno == 0 ? socket.sendLent(messages, train.memory(), train.length()) : -errno;
    }

    private boolean onSegmentedFailure(int errno, DatagramTrain train) {
        Fault fault = Fault.of(errno);
        switch (fault) {
            case OFFLOAD_REFUSED, TOO_LARGE -> {
                return sendWithoutOffload(train);
            }
            case NOT_READY, QUEUE_FULL -> {
                onFull(fault);
                return false;
            }
            case UNREACHABLE -> fault.count(counters, train.count());
            case SOCKET_BROKEN -> throw broken(errno);
        }
        return true;
    }

    /**
     * Kernels say EINVAL, EMSGSIZE or EIO when they cannot segment at all, but also when just this size or destination is no good. What
     * becomes of the single datagrams tells the one from the other.
     */
    private boolean sendWithoutOffload(DatagramTrain train) {
        long lostBefore = counters.datagramsLost();
        boolean taken = sendSingly(train);
        if (taken && counters.datagramsLost() == lostBefore) {
            counters.onOffloadRefused();
            segmentationOffload = false;
        }
        return taken;
    }

    private boolean sendSingly(DatagramTrain train) {
        messages.put(0, train.array(), train.length());
        if (trainsCopied < TRAINS_COPIED_FIRST) {
            messages.asMany(train.length(), train.segmentBytes(), train.ecn() != 0);
        } else {
            messages.asManyOverriding(train.length(), train.segmentBytes());
        }
        nextIndex = 0;
        endIndex = train.count();
        if (!flush() && nextIndex == 0) {
            endIndex = 0;
            return false;
        }
        return true;
    }

    /** Sends the single datagrams that are left; false if the kernel is full before the last. */
    private boolean flush() {
        while (nextIndex < endIndex) {
            int result = socket.send(messages, nextIndex, endIndex - nextIndex);
            if (result > 0) {
                nextIndex += result;
            } else if (!onFailure(-result)) {
                return false;
            }
        }
        nextIndex = 0;
        endIndex = 0;
        return true;
    }

    /** Deals with the failure of one datagram; false if it can be offered again. */
    private boolean onFailure(int errno) {
        Fault fault = Fault.of(errno);
        switch (fault) {
            case NOT_READY, QUEUE_FULL -> {
                onFull(fault);
                return false;
            }
            case TOO_LARGE, UNREACHABLE, OFFLOAD_REFUSED -> {
                fault.count(counters, 1);
                nextIndex++;
            }
            case SOCKET_BROKEN -> throw broken(errno);
        }
        return true;
    }

    private void onFull(Fault fault) {
        if (fault == Fault.NOT_READY) {
            wantsRoom = true;
        } else {
            queueFull = true;
        }
    }

    private SystemCallException broken(int errno) {
        return new SystemCallException("send(" + socket.descriptor() + ", " + messages + ")", errno);
    }
}
