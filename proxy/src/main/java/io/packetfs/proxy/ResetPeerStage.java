package io.packetfs.proxy;

import io.netty.buffer.ByteBuf;

/** Resets both ends {@code timeout} ms after the first data, or the end, came; passes nothing. */
final class ResetPeerStage extends Stage {
    private final StageTimer timer;
    private boolean triggered;

    ResetPeerStage(StreamPipe pipe, Toxic toxic) {
        super(pipe, toxic);
        timer = new StageTimer(pipe, () -> pipe.owner().reset());
    }

    @Override
    void onData(ByteBuf data) {
        data.release();
        trigger();
    }

    @Override
    void onEnd() {
        trigger();
    }

    @Override
    void onChanged() {
        timer.change(timeoutMs());
    }

    /** What it has swallowed is gone, so the connection goes as well. */
    @Override
    void onRemoved() {
        onClosed();
        if (triggered) {
            pipe.owner().reset();
        }
    }

    @Override
    void onClosed() {
        timer.cancel();
    }

    private void trigger() {
        if (!triggered) {
            triggered = true;
            timer.start(timeoutMs());
        }
    }

    private long timeoutMs() {
        return toxic().attribute("timeout");
    }
}
