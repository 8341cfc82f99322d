package io.packetfs.linuxio;

import io.packetfs.linux.Errno;
import io.packetfs.linux.IncomingMessages;
import io.packetfs.linux.SystemCallException;
import io.packetfs.linux.UdpSocket;
import io.packetfs.protocol.port.DatagramReceiver;
import io.packetfs.protocol.port.PortCounters;
import java.lang.foreign.MemorySegment;

/** The receiving half of a port: keeps what one call brought, and hands it over buffer by buffer. */
final class Inbound {
    private static final int BUFFER_BYTES = 65_535;

    /** Merged buffers hold up to 64 KiB each, and few of them stay in the processor's cache until they have been copied. */
    private static final int MERGED_COUNT = 4;

    private static final int DATAGRAM_COUNT = 64;
    private static final int FAULTS_MAX = 8;
    private static final int EAGAIN = Errno.EAGAIN.number();

    private final UdpSocket socket;
    private final PortCounters counters;
    private final int count;
    private final IncomingMessages messages;
    private final byte[] array = new byte[BUFFER_BYTES];
    private final MemorySegment memory = MemorySegment.ofArray(array);
    private int nextIndex;
    private int endIndex;

    Inbound(UdpSocket socket, PortCounters counters, boolean merges) {
        this.socket = socket;
        this.counters = counters;
        count = merges ? MERGED_COUNT : DATAGRAM_COUNT;
        messages = new IncomingMessages(count, BUFFER_BYTES);
    }

    boolean isEmpty() {
        return nextIndex == endIndex;
    }

    /** Asks the kernel for more, when all has been handed over; returns whether there may be yet more than that. */
    boolean fill() {
        for (int faults = 0; faults < FAULTS_MAX; faults++) {
            int result = socket.receive(messages);
            if (result > 0) {
                nextIndex = 0;
                endIndex = result;
                return result == count;
            }
            if (result == -EAGAIN || !onFault(-result)) {
                return false;
            }
        }
        return true;
    }

    /** Hands over one buffer of what has arrived; there must be something. Returns the count of datagrams in it. */
    int handOver(DatagramReceiver receiver) {
        messages.read(nextIndex++, array);
        int length = messages.length();
        if (length == 0) {
            counters.onEmpty();
            return 0;
        }
        int segmentBytes = messages.segmentBytes();
        int datagramCount = segmentBytes == length ? 1 : Math.ceilDiv(length, segmentBytes);
        counters.onReceived(datagramCount, length);
        receiver.onDatagrams(messages.source(), memory, length, segmentBytes, messages.ecn());
        return datagramCount;
    }

    void close() {
        messages.close();
    }

    /** An error that is about a datagram sent earlier is told once, and says nothing about those received. */
    private boolean onFault(int errno) {
        Fault fault = Fault.of(errno);
        switch (fault) {
            case NOT_READY, QUEUE_FULL -> {
                return false;
            }
            case TOO_LARGE, UNREACHABLE -> fault.count(counters, 1);
            case OFFLOAD_REFUSED, SOCKET_BROKEN ->
                throw new SystemCallException("recvmmsg(" + socket.descriptor() + ", " + count + " messages)", errno);
        }
        return true;
    }
}
