package io.packetfs.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Resets both ends {@code timeout} ms after the first data, or the end, came; passes nothing. */
final class ResetPeerStage extends Stage {
    private static final long NS_PER_MS = 1_000_000;

    private boolean triggered;
    private long triggeredNs;
    private Future<?> timer;

    ResetPeerStage(StreamPipe pipe, Toxic toxic) {
        super(pipe, toxic);
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
        if (timer != null) {
            timer.cancel(false);
            schedule();
        }
    }

    /** What it has swallowed is gone, so the connection goes as well. */
    @Override
    void onRemoved() {
        onClosed();
        if (triggered) {
            pipe.connection().reset();
        }
    }

    @Override
    void onClosed() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void trigger() {
        if (!triggered) {
            triggered = true;
            triggeredNs = System.nanoTime();
            schedule();
        }
    }

    private void schedule() {
        long waitNs = triggeredNs + toxic().attribute("timeout") * NS_PER_MS - System.nanoTime();
        timer = pipe.eventLoop().schedule(this::onTimer, Math.max(0, waitNs), TimeUnit.NANOSECONDS);
    }

    private void onTimer() {
        timer = null;
        pipe.connection().reset();
    }
}
