package io.packetfs.nettyio;

import io.packetfs.protocol.port.DatagramPort;
import io.packetfs.protocol.port.DatagramReceiver;
import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.port.FeatureUnavailableException;
import io.packetfs.protocol.port.PortCounters;
import io.packetfs.protocol.port.PortFeatures;
import io.packetfs.protocol.port.WakeupModeration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.locks.LockSupport;

/**
 * Datagrams over UDP by Netty, without a thread of its own: every call runs Netty's loop on the caller's thread, for as long as the
 * call lasts.
 *
 * <p>Calls: {@link #open}, then {@link #receive}, {@link #send} and {@link #await} in turns, at last {@link #close}, by one thread at a
 * time; the thread that calls owns the port. Handing it from one thread to another takes a happens-before edge, such as starting or
 * joining a thread. {@link #wakeup()} may be called by any thread at any time. Interrupting a thread does not end its {@link #await}.
 *
 * <p>Limits: one train waits in the port while the kernel's queue is full, then {@link #send} refuses; one {@link #receive} hands over
 * at most {@link #DATAGRAMS_PER_RECEIVE} datagrams and the rest of the last train. ECN is neither marked nor reported: Netty has no
 * way to it.
 */
public final class NettyUdpPort implements DatagramPort {
    /** After so many datagrams {@link #receive} returns: opening them takes about half a millisecond, in which nothing is sent. */
    public static final int DATAGRAMS_PER_RECEIVE = 512;

    private static final int BATCHES_PER_RECEIVE = 64;

    /** The kernel does not say when a full interface queue has room again, so look after this time. */
    private static final long QUEUE_FULL_WAIT_NS = 1_000_000;

    /** Longer waits end early, after an hour; it keeps deadlines far from overflow. */
    private static final long WAIT_NS_MAX = 3_600_000_000_000L;

    private final PortCounters counters = new PortCounters();
    private final WakeupModeration moderation = new WakeupModeration();
    private final UdpSocket socket;
    private final CallerDrivenLoop loop;
    private final Inbound inbound;
    private final Outbound outbound;
    private final PortFeatures features;
    private final PortFeatures featuresWithoutOffload;
    private InetSocketAddress localAddress;
    private boolean queueFull;
    private boolean closed;

    private NettyUdpPort(UdpSocket socket) {
        this.socket = socket;
        loop = socket.loop();
        inbound = new Inbound(counters, socket.merges());
        outbound = new Outbound(socket.channel(), counters, socket.segments());
        featuresWithoutOffload = describe(socket.carrier());
        features = describe(socket.carrier() + "-gso");
    }

    /**
     * Opens and binds a port.
     *
     * @throws FeatureUnavailableException if the configuration insists on what this machine lacks
     * @throws UncheckedIOException if the address cannot be bound
     */
    public static NettyUdpPort open(NettyUdpPortConfig config) {
        final NettyUdpPort port = new NettyUdpPort(UdpSocket.open(config));
        boolean bound = false;
        try {
            port.socket.bind(config.bindAddress(), port.inbound);
            port.localAddress = (InetSocketAddress) port.socket.channel().localAddress();
            bound = true;
            return port;
        } finally {
            if (!bound) {
                port.close();
            }
        }
    }

    @Override
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    /**
     * {@inheritDoc}
     *
     * <p>The carrier is {@code udp-epoll-gso}, {@code udp-epoll} or {@code udp-nio}. Trains are taken in any case; without segmentation
     * offload they go out datagram by datagram.
     */
    @Override
    public PortFeatures features() {
        return outbound.segmentationOffload() ? features : featuresWithoutOffload;
    }

    /** What happened on this port so far. */
    public PortCounters counters() {
        return counters;
    }

    /** The size of the socket's receive buffer, as the kernel counts it: Linux doubles what it grants, for its own bookkeeping. */
    public int receiveBufferBytes() {
        return socket.receiveBufferBytes();
    }

    /** The size of the socket's send buffer, as the kernel counts it. */
    public int sendBufferBytes() {
        return socket.sendBufferBytes();
    }

    UdpSocket socket() {
        return socket;
    }

    @Override
    public int receive(DatagramReceiver receiver) {
        enter();
        int datagramCount = 0;
        for (int i = 0; i < BATCHES_PER_RECEIVE && datagramCount < DATAGRAMS_PER_RECEIVE; i++) {
            if (inbound.isEmpty()) {
                poll();
                if (inbound.isEmpty()) {
                    break;
                }
            }
            datagramCount += inbound.handOver(receiver);
        }
        moderation.onReceived(datagramCount);
        return datagramCount;
    }

    @Override
    public boolean send(DatagramTrain train) {
        enter();
        if (train.isEmpty()) {
            return true;
        }
        final boolean taken = outbound.send(train);
        queueFull = !taken && !outbound.isWaiting();
        checkSocket();
        return taken;
    }

    @Override
    public void await(long timeoutNs) {
        enter();
        if (timeoutNs == 0 || !inbound.isEmpty()) {
            loop.consumeWakeup();
            return;
        }
        boolean isBlocked = queueFull || outbound.isWaiting();
        if (moderation.isNapDue(System.nanoTime()) && !isBlocked) {
            LockSupport.parkNanos(Math.min(timeoutNs, WakeupModeration.NAP_NS)); // a wake-up waits that long, too
            loop.consumeWakeup();
        } else {
            loop.await(Math.min(timeoutNs, queueFull ? QUEUE_FULL_WAIT_NS : WAIT_NS_MAX));
        }
        queueFull = false;
        settle();
    }

    @Override
    public void wakeup() {
        loop.wakeup();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        loop.adopt();
        if (outbound.isWaiting()) {
            loop.poll();
        }
        inbound.releaseAll();
        socket.close();
        outbound.free();
    }

    private void enter() {
        if (closed) {
            throw new IllegalStateException("port " + localAddress + " is closed");
        }
        loop.adopt();
    }

    private void poll() {
        loop.poll();
        settle();
    }

    private void settle() {
        outbound.settleWaitingTrain();
        checkSocket();
    }

    private void checkSocket() {
        final Throwable failure = inbound.failure();
        if (failure != null) {
            throw new UncheckedIOException("socket " + localAddress + " failed", new IOException(failure));
        }
    }

    private PortFeatures describe(String carrier) {
        return new PortFeatures(
                carrier,
                PortFeatures.GSO_SEGMENTS_MAX,
                PortFeatures.UDP_PAYLOAD_BYTES_MAX,
                socket.merges(),
                false,
                false,
                false);
    }
}
