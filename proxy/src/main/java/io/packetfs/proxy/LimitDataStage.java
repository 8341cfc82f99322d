package io.packetfs.proxy;

import io.netty.buffer.ByteBuf;

/** Passes {@code bytes} bytes, counted from when the toxic took hold, and closes the connection when the last of them is sent. */
final class LimitDataStage extends Stage {
    private long passedBytes;
    private boolean closing;

    LimitDataStage(StreamPipe pipe, Toxic toxic) {
        super(pipe, toxic);
    }

    @Override
    void onData(ByteBuf data) {
        long left = closing ? 0 : Math.max(0, toxic().attribute("bytes") - passedBytes);
        int passed = (int) Math.min(left, data.readableBytes());
        passedBytes += passed;
        if (passed < data.readableBytes()) {
            data.writerIndex(data.readerIndex() + passed);
        }
        if (passed > 0) {
            next.onData(data);
        } else {
            data.release();
        }
        if (passedBytes >= toxic().attribute("bytes") && !closing) {
            closing = true;
            pipe.closeWhenFinished();
            next.onEnd();
        }
    }

    @Override
    void onEnd() {
        if (!closing) {
            next.onEnd();
        }
    }

    @Override
    void onRemoved() {}

    @Override
    void onClosed() {}
}
