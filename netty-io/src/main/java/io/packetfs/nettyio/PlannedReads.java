package io.packetfs.nettyio;

import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/** Reads whose buffers and number are settled beforehand: what Netty tells of those before changes nothing, and is only kept to be asked for. */
abstract class PlannedReads implements RecvByteBufAllocator.ExtendedHandle {
    private int attemptedBytes;
    private int lastBytes;

    @Override
    public void reset(ChannelConfig config) {}

    @Override
    public final void incMessagesRead(int count) {}

    @Override
    public final void lastBytesRead(int bytes) {
        lastBytes = bytes;
    }

    @Override
    public final int lastBytesRead() {
        return lastBytes;
    }

    @Override
    public final void attemptedBytesRead(int bytes) {
        attemptedBytes = bytes;
    }

    @Override
    public final int attemptedBytesRead() {
        return attemptedBytes;
    }

    @Override
    public final boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
        return continueReading();
    }

    @Override
    public final void readComplete() {}
}
