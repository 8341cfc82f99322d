package io.packetfs.proxy;

import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** One thing that a {@link Stage} does once, so many milliseconds after something happened; used on its event loop. */
final class StageTimer {
    private static final long NS_PER_MS = 1_000_000;

    private final StreamPipe pipe;
    private final Runnable task;
    private long startNs;
    private Future<?> timer;

    StageTimer(StreamPipe pipe, Runnable task) {
        this.pipe = pipe;
        this.task = task;
    }

    /** It happened now. */
    void start(long delayMs) {
        startNs = pipe.nowNs();
        schedule(delayMs);
    }

    /** The delay, from the start on, is another one; nothing changes unless it is running. */
    void change(long delayMs) {
        if (timer != null) {
            timer.cancel(false);
            schedule(delayMs);
        }
    }

    boolean isRunning() {
        return timer != null;
    }

    void cancel() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void schedule(long delayMs) {
        long waitNs = startNs + delayMs * NS_PER_MS - pipe.nowNs();
        timer = pipe.eventLoop().schedule(this::onTime, Math.max(0, waitNs), TimeUnit.NANOSECONDS);
    }

    private void onTime() {
        timer = null;
        task.run();
    }
}
