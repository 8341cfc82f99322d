package io.packetfs.nettyio;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.port.PortCounters;
import io.packetfs.protocol.port.PortFeatures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;

/**
 * The sending half of a port: one train at a time, copied to one direct buffer that Netty holds until the kernel has taken it.
 *
 * <p>A train that the kernel will not segment goes out again from that buffer as single datagrams, in one sendmmsg batch, so nothing
 * of it is lost.
 */
final class Outbound {
    private final Channel channel;
    private final PortCounters counters;
    private final ChannelPromise faultsToPipeline;
    private final ByteBuf buffer = Unpooled.directBuffer(PortFeatures.UDP_PAYLOAD_BYTES_MAX);
    private final ByteBuf[] datagrams = new ByteBuf[PortFeatures.GSO_SEGMENTS_MAX];
    private boolean segmentationOffload;
    private ChannelFuture waitingTrain;
    private InetSocketAddress destination;
    private int segmentBytes;
    private int count;

    Outbound(Channel channel, PortCounters counters, boolean segmentationOffload) {
        this.channel = channel;
        this.counters = counters;
        faultsToPipeline = channel.voidPromise();
        this.segmentationOffload = segmentationOffload;
        for (int i = 0; i < datagrams.length; i++) {
            datagrams[i] = buffer.duplicate();
        }
    }

    /** Whether trains go out with one call; false from the first train on that the kernel refused to segment. */
    boolean segmentationOffload() {
        return segmentationOffload;
    }

    /** Whether Netty still holds a train that the kernel has not taken. */
    boolean isWaiting() {
        return buffer.refCnt() > 1;
    }

    /** Takes the train, or returns false, having taken nothing. */
    boolean send(DatagramTrain train) {
        if (isWaiting()) {
            counters.onSendRefused();
            return false;
        }
        settleWaitingTrain();
        load(train);
        if (segmentationOffload && count > 1) {
            if (!sendSegmented()) {
                counters.onSendRefused();
                return false;
            }
        } else {
            sendSingly();
        }
        counters.onSent(train);
        return true;
    }

    /** Finds out what became of a train that had to wait, once it waits no longer. */
    void settleWaitingTrain() {
        if (waitingTrain != null && !isWaiting()) {
            final ChannelFuture train = waitingTrain;
            waitingTrain = null;
            if (!conclude(train)) {
                counters.onDropped(count);
            }
        }
    }

    private void load(DatagramTrain train) {
        if (train.destination().isUnresolved()) {
            throw new IllegalArgumentException("unresolved destination " + train.destination());
        }
        if (train.count() > datagrams.length) {
            throw new IllegalArgumentException(
                    "train of " + train.count() + " datagrams, more than " + datagrams.length);
        }
        buffer.clear().writeBytes(train.array(), 0, train.length());
        destination = train.destination();
        segmentBytes = train.segmentBytes();
        count = train.count();
    }

    private boolean sendSegmented() {
        final ChannelFuture sent =
                channel.writeAndFlush(new SegmentedDatagramPacket(buffer.retain(), segmentBytes, destination));
        if (!sent.isDone()) {
            waitingTrain = sent;
            return true;
        }
        return conclude(sent);
    }

    /** Deals with the end of a segmented train; false if a queue was full and it could be offered again. */
    private boolean conclude(ChannelFuture train) {
        if (train.isSuccess()) {
            return true;
        }
        final Fault fault = Fault.of(train.cause());
        switch (fault) {
            case OFFLOAD_REFUSED, TOO_LARGE -> sendWithoutOffload();
            case UNREACHABLE -> fault.count(counters, count);
            case QUEUE_FULL -> {
                return false;
            }
            case SOCKET_BROKEN ->
                throw new UncheckedIOException(
                        "send " + count + " datagrams of " + segmentBytes + " bytes to " + destination,
                        new IOException(train.cause()));
        }
        return true;
    }

    /**
     * Kernels say EINVAL, EMSGSIZE or EIO when they cannot segment at all, but also when just this size or destination is no good. What
     * becomes of the single datagrams tells the one from the other.
     */
    private void sendWithoutOffload() {
        final long lostBefore = counters.datagramsLost();
        sendSingly();
        if (counters.datagramsLost() == lostBefore) {
            counters.onOffloadRefused();
            segmentationOffload = false;
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a fault goes to the pipeline's end, where Inbound counts it
    private void sendSingly() {
        final int length = buffer.writerIndex();
        for (int i = 0, offset = 0; i < count; i++, offset += segmentBytes) {
            final ByteBuf datagram = datagrams[i].setIndex(offset, Math.min(offset + segmentBytes, length));
            channel.write(new DatagramPacket(datagram.retain(), destination), faultsToPipeline);
        }
        channel.flush();
    }

    void free() {
        final boolean freed = buffer.release();
        assert freed : "the send buffer is still in use";
    }
}
