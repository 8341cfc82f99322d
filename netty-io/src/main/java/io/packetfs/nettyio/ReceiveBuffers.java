package io.packetfs.nettyio;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;

/**
 * The direct buffers that one port receives into, used again and again. One poll of the loop makes at most as many read calls as there
 * are buffers; the port releases what a poll brought before it polls again, so the buffers are never in use when a poll begins.
 */
final class ReceiveBuffers implements RecvByteBufAllocator {
    private final ByteBuf[] buffers;

    ReceiveBuffers(int count, int bufferBytes) {
        buffers = new ByteBuf[count];
        for (int i = 0; i < count; i++) {
            buffers[i] = Unpooled.directBuffer(bufferBytes, bufferBytes);
        }
    }

    /** Frees the memory; everything received must have been released before. */
    void free() {
        for (final ByteBuf buffer : buffers) {
            final boolean freed = buffer.release();
            assert freed : "a receive buffer is still in use";
        }
    }

    @Override
    @SuppressWarnings(
            "deprecation") // the only signature there is; Netty's transports ask for an ExtendedHandle in fact
    public Handle newHandle() {
        return new ReadHandle();
    }

    private final class ReadHandle extends PlannedReads {
        private int readCount;

        @Override
        public ByteBuf allocate(ByteBufAllocator ignored) {
            final ByteBuf buffer = buffers[readCount++];
            assert buffer.refCnt() == 1 : "polled before the last poll's datagrams were released";
            return buffer.clear().retain();
        }

        @Override
        public int guess() {
            return buffers[0].capacity();
        }

        @Override
        public void reset(ChannelConfig config) {
            readCount = 0;
        }

        @Override
        public boolean continueReading() {
            return readCount < buffers.length;
        }
    }
}
