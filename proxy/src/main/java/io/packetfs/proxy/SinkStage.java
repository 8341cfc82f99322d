package io.packetfs.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;

/** The last stage of every pipe: writes to the other side's socket, and passes an end on as a half-close. */
final class SinkStage extends Stage {
    private final Channel channel;
    private boolean ended;

    SinkStage(StreamPipe pipe, Channel channel) {
        super(pipe, null);
        this.channel = channel;
    }

    @Override
    void onData(ByteBuf data) {
        if (ended || !channel.isActive()) {
            data.release();
            return;
        }
        int bytes = data.readableBytes();
        pipe.hold(bytes + StreamPipe.CHUNK_OVERHEAD_BYTES);
        channel.writeAndFlush(data).addListener(written -> {
            pipe.letGo(bytes + StreamPipe.CHUNK_OVERHEAD_BYTES);
            if (written.isSuccess()) {
                pipe.onSent(bytes);
            } else {
                // The other side is gone, and channelInactive will say so; what it has sent before is still to be
                // delivered.
                Channels.close(channel);
            }
        });
    }

    @Override
    void onEnd() {
        if (!ended) {
            ended = true;
            // Writes are done in order: when this one is, all are.
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> pipe.onFinished());
        }
    }

    @Override
    void onRemoved() {}

    @Override
    void onClosed() {}
}
