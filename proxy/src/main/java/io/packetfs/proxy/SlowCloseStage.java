package io.packetfs.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Passes data at once and an end {@code delay} ms after it came. */
final class SlowCloseStage extends Stage {
    private static final long NS_PER_MS = 1_000_000;

    private boolean ended;
    private long endNs;
    private Future<?> timer;

    SlowCloseStage(StreamPipe pipe, Toxic toxic) {
        super(pipe, toxic);
    }

    @Override
    void onData(ByteBuf data) {
        next.onData(data);
    }

    @Override
    void onEnd() {
        ended = true;
        endNs = System.nanoTime();
        schedule();
    }

    @Override
    void onChanged() {
        if (timer != null) {
            timer.cancel(false);
            schedule();
        }
    }

    @Override
    void onRemoved() {
        boolean waiting = timer != null;
        onClosed();
        if (ended && waiting) {
            next.onEnd();
        }
    }

    @Override
    void onClosed() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void schedule() {
        long waitNs = endNs + toxic().attribute("delay") * NS_PER_MS - System.nanoTime();
        timer = pipe.eventLoop().schedule(this::onTimer, Math.max(0, waitNs), TimeUnit.NANOSECONDS);
    }

    private void onTimer() {
        timer = null;
        next.onEnd();
    }
}
