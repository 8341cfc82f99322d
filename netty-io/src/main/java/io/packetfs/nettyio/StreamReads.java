package io.packetfs.nettyio;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import java.util.function.IntSupplier;

/** One read per poll and stream, so that what waits between polls is bounded, into a buffer as large as the stream deserves. */
final class StreamReads implements RecvByteBufAllocator {
    private final IntSupplier bufferBytes;

    /** A stream's reads, into buffers of what {@code bufferBytes} says at the time. */
    StreamReads(IntSupplier bufferBytes) {
        this.bufferBytes = bufferBytes;
    }

    @Override
    @SuppressWarnings(
            "deprecation") // the only signature there is; Netty's transports ask for an ExtendedHandle in fact
    public Handle newHandle() {
        return new ReadHandle();
    }

    private final class ReadHandle extends PlannedReads {
        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            return allocator.directBuffer(guess(), guess());
        }

        @Override
        public int guess() {
            return bufferBytes.getAsInt();
        }

        @Override
        public boolean continueReading() {
            return false;
        }
    }
}
