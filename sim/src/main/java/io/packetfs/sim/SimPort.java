package io.packetfs.sim;

import io.packetfs.protocol.port.DatagramPort;
import io.packetfs.protocol.port.DatagramReceiver;
import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.port.PortFeatures;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;

/**
 * A host's port in a {@link SimNetwork}. As a kernel's UDP socket it takes every train, and loses what comes when its receive buffer is
 * full. It never waits: virtual time moves only by {@link SimNetwork#advanceTo}. Called by the thread that drives the network.
 */
public final class SimPort implements DatagramPort {
    /** What a port can do unless it was bound with less. */
    public static final PortFeatures FEATURES = new PortFeatures(
            "sim", PortFeatures.GSO_SEGMENTS_MAX, PortFeatures.UDP_PAYLOAD_BYTES_MAX, true, true, true, false);

    /** As much as Linux gives a socket without privileges on a tuned host. */
    public static final long RECEIVE_BUFFER_BYTES_DEFAULT = 4 << 20;

    private static final int RECEIVE_BATCH = 64;

    private final SimNetwork network;
    private final InetSocketAddress localAddress;
    private final PortFeatures features;
    private final ArrayDeque<SimDatagram> arrived = new ArrayDeque<>();
    private final byte[] merged = new byte[PortFeatures.UDP_PAYLOAD_BYTES_MAX];
    private final MemorySegment mergedMemory = MemorySegment.ofArray(merged);
    private InetSocketAddress externalAddress;
    private long receiveBufferBytesMax = RECEIVE_BUFFER_BYTES_DEFAULT;
    private long arrivedBytes;
    private int sendsToRefuse;
    private boolean closed;

    SimPort(SimNetwork network, InetSocketAddress localAddress, PortFeatures features) {
        this.network = network;
        this.localAddress = localAddress;
        this.features = features;
        externalAddress = localAddress;
    }

    @Override
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    @Override
    public PortFeatures features() {
        return features;
    }

    /** The address that others see, and reach this port by. */
    public InetSocketAddress externalAddress() {
        return externalAddress;
    }

    /** The link from this port's host to the host of {@code peer}. */
    public SimLink linkTo(SimPort peer) {
        return network.link(host(), peer.host());
    }

    /**
     * Gives this port another address towards the others, as a router does that translates addresses and has forgotten the old one:
     * what is under way to the old address finds nobody. The port itself does not notice, and keeps its host's links.
     */
    public void rebind(InetSocketAddress address) {
        checkOpen();
        network.claim(address, this);
        network.unclaim(externalAddress);
        externalAddress = address;
    }

    /** How many bytes may wait here, at least 1; more are lost, as {@link LinkEvent#OVERRUN}. */
    public void receiveBufferBytesMax(long bytes) {
        Ranges.check("receive buffer in bytes", bytes, 1, Long.MAX_VALUE);
        receiveBufferBytesMax = bytes;
    }

    /** Lets the next {@code count} calls of {@link #send} take nothing. */
    public void refuseSends(int count) {
        Ranges.check("sends to refuse", count, 0, Integer.MAX_VALUE);
        sendsToRefuse = count;
    }

    @Override
    public int receive(DatagramReceiver receiver) {
        int count = 0;
        while (count < RECEIVE_BATCH && !arrived.isEmpty()) {
            count += handOver(receiver);
        }
        return count;
    }

    @Override
    public boolean send(DatagramTrain train) {
        checkOpen();
        if (train.count() > features.trainSegmentsMax() || train.length() > features.trainBytesMax()) {
            throw new IllegalArgumentException("a train of " + train.count() + " datagrams and " + train.length()
                    + " bytes is more than this port takes: " + features);
        }
        if (sendsToRefuse > 0) {
            sendsToRefuse--;
            return false;
        }
        network.send(this, train, features.marksEcn() ? train.ecn() : EcnMarking.NOT_ECT);
        return true;
    }

    /** Returns at once. */
    @Override
    public void await(long timeoutNs) {}

    /** Nothing to wake: nothing waits. */
    @Override
    public void wakeup() {}

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        network.unclaim(externalAddress);
        while (!arrived.isEmpty()) {
            network.release(takeFirst());
        }
    }

    InetAddress host() {
        return localAddress.getAddress();
    }

    /** Keeps the datagram, and its memory, if there is room. */
    LinkEvent onDatagram(SimDatagram datagram) {
        if (arrivedBytes + datagram.length > receiveBufferBytesMax) {
            return LinkEvent.OVERRUN;
        }
        arrived.addLast(datagram);
        arrivedBytes += datagram.length;
        return LinkEvent.DELIVERED;
    }

    private int handOver(DatagramReceiver receiver) {
        SimDatagram first = takeFirst();
        int ecn = features.reportsEcn() ? first.ecn : DatagramReceiver.ECN_UNKNOWN;
        Merging merging = first.link.settings().merging();
        int count = 1;
        if (features.mergesOnReceive() && merging.segmentsMax() > 1) {
            count = handOverMerged(receiver, first, merging, ecn);
        } else {
            receiver.onDatagrams(first.source, first.memory, first.length, first.length, ecn);
        }
        network.release(first);
        return count;
    }

    private int handOverMerged(DatagramReceiver receiver, SimDatagram first, Merging merging, int ecn) {
        int length = append(first, 0);
        int count = 1;
        int lastBytes = first.length;
        while (count < merging.segmentsMax() && lastBytes == first.length && isNextMergeable(first, length)) {
            SimDatagram next = takeFirst();
            lastBytes = next.length;
            length = append(next, length);
            count++;
            network.release(next);
        }
        receiver.onDatagrams(first.source, mergedMemory, length, merging.sizeKnown() ? first.length : 0, ecn);
        return count;
    }

    private boolean isNextMergeable(SimDatagram first, int length) {
        SimDatagram next = arrived.peekFirst();
        return next != null
                && next.link == first.link
                && next.ecn == first.ecn
                && next.length <= first.length
                && length + next.length <= merged.length
                && next.source.equals(first.source);
    }

    private int append(SimDatagram datagram, int offset) {
        System.arraycopy(datagram.array, 0, merged, offset, datagram.length);
        return offset + datagram.length;
    }

    private SimDatagram takeFirst() {
        SimDatagram datagram = arrived.removeFirst();
        arrivedBytes -= datagram.length;
        return datagram;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("port " + localAddress + " is closed");
        }
    }
}
