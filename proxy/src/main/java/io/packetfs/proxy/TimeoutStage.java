package io.packetfs.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Drops all data, and closes the connection {@code timeout} ms after the toxic took hold or, if that was later, after the last data; 0
 * never closes. When the toxic is removed the connection is closed, too, because there is a hole in what it carried.
 */
final class TimeoutStage extends Stage {
    private static final long NS_PER_MS = 1_000_000;

    private long quietSinceNs;
    private Future<?> timer;

    TimeoutStage(StreamPipe pipe, Toxic toxic) {
        super(pipe, toxic);
    }

    @Override
    void onStarted() {
        quietSinceNs = pipe.nowNs();
        schedule();
    }

    @Override
    void onData(ByteBuf data) {
        data.release();
        quietSinceNs = pipe.nowNs();
    }

    @Override
    void onEnd() {
        onClosed();
        next.onEnd();
    }

    @Override
    void onChanged() {
        onClosed();
        onStarted();
    }

    @Override
    void onRemoved() {
        onClosed();
        pipe.owner().close();
    }

    @Override
    void onClosed() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void schedule() {
        long timeoutNs = toxic().attribute("timeout") * NS_PER_MS;
        if (timeoutNs > 0) {
            long waitNs = quietSinceNs + timeoutNs - pipe.nowNs();
            timer = pipe.eventLoop().schedule(this::onTimer, Math.max(0, waitNs), TimeUnit.NANOSECONDS);
        }
    }

    private void onTimer() {
        timer = null;
        if (pipe.nowNs() - quietSinceNs >= toxic().attribute("timeout") * NS_PER_MS) {
            pipe.owner().close();
        } else {
            schedule();
        }
    }
}
