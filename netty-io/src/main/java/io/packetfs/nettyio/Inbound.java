package io.packetfs.nettyio;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import io.packetfs.protocol.port.DatagramReceiver;
import io.packetfs.protocol.port.PortCounters;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;

/**
 * The receiving half of a port: keeps the datagrams that one poll of the loop brought and hands them over, outside Netty's pipeline.
 *
 * <p>Netty cuts what the kernel merged into its datagrams again, so those of one sender that follow each other are put together again
 * while they are copied to the heap.
 */
final class Inbound extends ChannelInboundHandlerAdapter {
    private static final int BUFFER_BYTES = 65_535;

    private final ArrayDeque<DatagramPacket> arrived = new ArrayDeque<>();
    private final byte[] array = new byte[BUFFER_BYTES];
    private final MemorySegment memory = MemorySegment.ofArray(array);
    private final PortCounters counters;
    private final boolean merges;
    private Throwable failure;

    Inbound(PortCounters counters, boolean merges) {
        this.counters = counters;
        this.merges = merges;
    }

    boolean isEmpty() {
        return arrived.isEmpty();
    }

    /** Hands over one buffer of what has arrived; there must be something. */
    int handOver(DatagramReceiver receiver) {
        final DatagramPacket first = arrived.remove();
        final InetSocketAddress source = first.sender();
        final int segmentBytes = take(first, 0);
        if (segmentBytes == 0) {
            counters.onEmpty();
            return 0;
        }
        int length = segmentBytes;
        int count = 1;
        while (merges && length == count * segmentBytes && continuesTrain(source, segmentBytes, length)) {
            length += take(arrived.remove(), length);
            count++;
        }
        counters.onReceived(count, length);
        receiver.onDatagrams(source, memory, length, segmentBytes, DatagramReceiver.ECN_UNKNOWN);
        return count;
    }

    private boolean continuesTrain(InetSocketAddress source, int segmentBytes, int length) {
        final DatagramPacket next = arrived.peek();
        if (next == null || !next.sender().equals(source)) {
            return false;
        }
        final int bytes = next.content().readableBytes();
        return bytes > 0 && bytes <= segmentBytes && length + bytes <= BUFFER_BYTES;
    }

    private int take(DatagramPacket packet, int offset) {
        final ByteBuf content = packet.content();
        final int length = content.readableBytes();
        content.readBytes(array, offset, length);
        packet.release();
        return length;
    }

    void releaseAll() {
        while (!arrived.isEmpty()) {
            arrived.remove().release();
        }
    }

    /** The reason why the socket is of no more use, or null. */
    Throwable failure() {
        return failure;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        arrived.add((DatagramPacket) message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        final Fault fault = Fault.of(cause);
        if (fault == Fault.SOCKET_BROKEN) {
            failure = cause;
        } else {
            fault.count(counters, 1);
        }
    }
}
