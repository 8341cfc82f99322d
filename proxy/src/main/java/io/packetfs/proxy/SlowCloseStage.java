package io.packetfs.proxy;

import io.netty.buffer.ByteBuf;

/** Passes data at once and an end {@code delay} ms after it came. */
final class SlowCloseStage extends Stage {
    private final StageTimer timer;

    SlowCloseStage(StreamPipe pipe, Toxic toxic) {
        super(pipe, toxic);
        timer = new StageTimer(pipe, () -> next.onEnd());
    }

    @Override
    void onData(ByteBuf data) {
        next.onData(data);
    }

    @Override
    void onEnd() {
        timer.start(delayMs());
    }

    @Override
    void onChanged() {
        timer.change(delayMs());
    }

    @Override
    void onRemoved() {
        boolean waiting = timer.isRunning();
        onClosed();
        if (waiting) {
            next.onEnd();
        }
    }

    @Override
    void onClosed() {
        timer.cancel();
    }

    private long delayMs() {
        return toxic().attribute("delay");
    }
}
