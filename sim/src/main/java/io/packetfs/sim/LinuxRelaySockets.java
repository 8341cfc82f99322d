package io.packetfs.sim;

import io.packetfs.linux.Errno;
import io.packetfs.linux.IncomingMessages;
import io.packetfs.linux.Linux;
import io.packetfs.linux.OutgoingMessages;
import io.packetfs.linux.Poller;
import io.packetfs.linux.SystemCallException;
import io.packetfs.linux.UdpOption;
import io.packetfs.linux.UdpSocket;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link RelaySockets} by the kernel's own calls: one brings up to {@link #MESSAGES_PER_CALL} messages, each of which may be a train of
 * datagrams that the kernel has merged; neighbours of one size go out as one message that it cuts again.
 */
final class LinuxRelaySockets implements RelaySockets {
    private static final int MESSAGES_PER_CALL = 16;
    private static final int MESSAGE_BYTES_MAX = 65_535;
    private static final int SEGMENTS_MAX = 64;
    private static final int TRAIN_BYTES_MAX = 65_507;

    /** An error that an earlier datagram left behind is told once; what has come is behind it. */
    private static final int FAULTS_MAX = 8;

    private static final int EAGAIN = Errno.EAGAIN.number();
    private static final int ENOBUFS = Errno.ENOBUFS.number();
    private static final int NOT_ECT = EcnMarking.NOT_ECT;

    private final IncomingMessages incoming = new IncomingMessages(MESSAGES_PER_CALL, MESSAGE_BYTES_MAX);
    private final Content content = incoming::copy;
    private final KernelSocket listening;
    private final InetSocketAddress address;
    private final List<KernelSocket> sockets = new ArrayList<>();
    private final List<KernelSocket> readable = new ArrayList<>();
    private final Poller poller;

    // Made when the first socket of their family sends.
    private OutgoingMessages outgoingIpv4;
    private OutgoingMessages outgoingIpv6;
    private boolean socketsChanged;

    private LinuxRelaySockets(InetSocketAddress listen) {
        listening = newSocket(listen.getAddress());
        try {
            listening.socket.bind(listen);
            address = listening.socket.localAddress();
            sockets.add(listening);
            poller = Linux.polling().open(List.of(listening.socket), 1 + UdpRelay.CLIENTS_MAX);
        } catch (RuntimeException e) {
            listening.socket.close();
            incoming.close();
            throw e;
        }
    }

    /** Binds the port that clients send to. */
    static RelaySockets bind(InetSocketAddress listen) {
        return new LinuxRelaySockets(listen);
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public Socket listening() {
        return listening;
    }

    @Override
    public Socket connect(InetSocketAddress target) throws IOException {
        KernelSocket opened = newSocket(target.getAddress());
        try {
            opened.socket.connect(target);
        } catch (SystemCallException e) {
            opened.socket.close();
            throw new IOException(e.getMessage(), e);
        }
        sockets.add(opened);
        socketsChanged = true;
        return opened;
    }

    @Override
    public void await(long timeoutNs) {
        if (socketsChanged) {
            socketsChanged = false;
            sockets.removeIf(socket -> !socket.isOpen());
            poller.replaceSources(sockets.stream().map(socket -> socket.socket).toList());
        }
        poller.await(timeoutNs);
        for (int i = 0; i < sockets.size(); i++) {
            if (poller.isReadable(i)) {
                readable.add(sockets.get(i));
            }
        }
    }

    @Override
    public int receive(Receiver receiver) throws IOException {
        int count = 0;
        for (KernelSocket socket : readable) {
            if (socket.isOpen()) {
                count += receive(socket, receiver);
            }
        }
        readable.clear();
        return count;
    }

    @Override
    public void wakeUp() {
        poller.wakeUp();
    }

    @Override
    public void close() {
        sockets.forEach(KernelSocket::close);
        poller.close();
        incoming.close();
        if (outgoingIpv4 != null) {
            outgoingIpv4.close();
        }
        if (outgoingIpv6 != null) {
            outgoingIpv6.close();
        }
    }

    private int receive(KernelSocket socket, Receiver receiver) throws IOException {
        int count = 0;
        int messageCount = receiveMessages(socket);
        for (int i = 0; i < messageCount; i++) {
            incoming.read(i);
            int length = incoming.length();
            int segmentBytes = Math.max(incoming.segmentBytes(), 1);
            if (socket.isOpen()) {
                receiver.onDatagrams(socket, incoming.source(), length, segmentBytes, content);
            }
            count += Math.max(1, Math.ceilDiv(length, segmentBytes));
        }
        return count;
    }

    private int receiveMessages(KernelSocket socket) {
        for (int fault = 0; fault < FAULTS_MAX; fault++) {
            int result = socket.socket.receive(incoming);
            if (result > 0) {
                return result;
            }
            if (result == -EAGAIN) {
                return 0;
            }
            // The target's host refused an earlier datagram; that one was counted when it was sent.
        }
        return 0;
    }

    private OutgoingMessages outgoing(boolean ipv6) {
        if (ipv6) {
            if (outgoingIpv6 == null) {
                outgoingIpv6 = new OutgoingMessages(true, SEGMENTS_MAX, MESSAGE_BYTES_MAX);
            }
            return outgoingIpv6;
        }
        if (outgoingIpv4 == null) {
            outgoingIpv4 = new OutgoingMessages(false, SEGMENTS_MAX, MESSAGE_BYTES_MAX);
        }
        return outgoingIpv4;
    }

    /** A socket of the family of {@code family}, with as much buffer as the kernel grants, that merges what comes if it can. */
    private KernelSocket newSocket(InetAddress family) {
        boolean ipv6 = !(family instanceof Inet4Address);
        UdpSocket socket =
                ipv6 ? Linux.udpSockets().openIpv6() : Linux.udpSockets().openIpv4();
        if (ipv6) {
            socket.set(UdpOption.IPV6_V6ONLY, 0);
        }
        if (socket.set(UdpOption.SO_RCVBUFFORCE, SOCKET_BUFFER_BYTES) != 0) {
            socket.set(UdpOption.SO_RCVBUF, SOCKET_BUFFER_BYTES);
        }
        if (socket.set(UdpOption.SO_SNDBUFFORCE, SOCKET_BUFFER_BYTES) != 0) {
            socket.set(UdpOption.SO_SNDBUF, SOCKET_BUFFER_BYTES);
        }
        socket.set(UdpOption.UDP_GRO, 1);
        return new KernelSocket(socket);
    }

    /** One socket. */
    private final class KernelSocket implements Socket {
        private final UdpSocket socket;
        private boolean closed;

        KernelSocket(UdpSocket socket) {
            this.socket = socket;
        }

        @Override
        public boolean isOpen() {
            return !closed;
        }

        @Override
        public void send(InetSocketAddress to, Outbox datagrams, Fate fate) {
            int next = 0;
            while (next < datagrams.count()) {
                int count = closed ? datagrams.count() : datagrams.trainCount(next, SEGMENTS_MAX, TRAIN_BYTES_MAX);
                int end = Math.min(next + count, datagrams.count());
                if (closed) {
                    end(datagrams, next, end, LinkEvent.UNREACHABLE, fate);
                } else {
                    sendTrain(to, datagrams, next, end, fate);
                }
                next = end;
            }
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                socketsChanged = true;
                socket.close();
            }
        }

        private void sendTrain(InetSocketAddress to, Outbox datagrams, int first, int end, Fate fate) {
            OutgoingMessages outgoing = outgoing(socket.isIpv6());
            outgoing.address(to, NOT_ECT);
            int bytes = 0;
            for (int i = first; i < end; i++) {
                RelayDatagram datagram = datagrams.get(i);
                outgoing.put(bytes, datagram.array, datagram.length);
                bytes += datagram.length;
            }
            int segmentBytes = datagrams.get(first).length;
            outgoing.asOne(bytes, segmentBytes, false);
            int result = socket.send(outgoing, 0, 1);
            if (result > 0) {
                end(datagrams, first, end, LinkEvent.DELIVERED, fate);
            } else if (end - first == 1) {
                fate.onEnd(datagrams.get(first), isFull(result) ? LinkEvent.OVERRUN : LinkEvent.UNREACHABLE);
            } else {
                // What the kernel says of a train may be true of one datagram only, or of its being a train.
                outgoing.asMany(bytes, segmentBytes, false);
                sendSingly(outgoing, datagrams, first, end, fate);
            }
        }

        private void sendSingly(OutgoingMessages outgoing, Outbox datagrams, int first, int end, Fate fate) {
            int next = first;
            while (next < end) {
                int result = socket.send(outgoing, next - first, end - next);
                if (result > 0) {
                    end(datagrams, next, next + result, LinkEvent.DELIVERED, fate);
                    next += result;
                } else {
                    fate.onEnd(datagrams.get(next), isFull(result) ? LinkEvent.OVERRUN : LinkEvent.UNREACHABLE);
                    next++;
                }
            }
        }

        private static boolean isFull(int result) {
            return result == -EAGAIN || result == -ENOBUFS;
        }

        private static void end(Outbox datagrams, int first, int end, LinkEvent event, Fate fate) {
            for (int i = first; i < end; i++) {
                fate.onEnd(datagrams.get(i), event);
            }
        }
    }
}
