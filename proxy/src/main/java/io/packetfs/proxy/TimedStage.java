package io.packetfs.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/** A stage that holds data back, in order, and hands pieces on when they are due. */
abstract class TimedStage extends Stage {
    /** What {@link #waitNs} answers when only a change of the toxic helps. */
    static final long NEVER = Long.MAX_VALUE;

    private final ArrayDeque<Held> queue = new ArrayDeque<>();
    private boolean ended;
    private boolean endPassed;
    private Future<?> timer;

    TimedStage(StreamPipe pipe, Toxic toxic) {
        super(pipe, toxic);
    }

    /** How long the next piece of {@code head} has to wait, in ns; 0 or less if it is due. */
    abstract long waitNs(Held head, long nowNs);

    /** Says how many bytes of {@code head} go now, at least one; the stage notes that they have gone. */
    abstract int take(Held head, long nowNs);

    /** The first data after a time without. */
    void onBusy(long nowNs) {}

    @Override
    final void onData(ByteBuf data) {
        if (!pipe.isOpen()) {
            data.release();
            return;
        }
        long nowNs = pipe.nowNs();
        if (queue.isEmpty()) {
            onBusy(nowNs);
        }
        pipe.hold(data.readableBytes() + StreamPipe.CHUNK_OVERHEAD_BYTES);
        queue.add(new Held(data, nowNs, pipe.random().nextDouble()));
        if (timer == null) {
            drain();
        }
    }

    @Override
    final void onEnd() {
        ended = true;
        passEnd();
    }

    @Override
    void onChanged() {
        cancel();
        drain();
    }

    @Override
    final void onRemoved() {
        cancel();
        while (!queue.isEmpty()) {
            passHead(queue.peek().data.readableBytes());
        }
        passEnd();
    }

    @Override
    final void onClosed() {
        cancel();
        for (Held held : queue) {
            pipe.letGo(held.data.readableBytes() + StreamPipe.CHUNK_OVERHEAD_BYTES);
            held.data.release();
        }
        queue.clear();
    }

    private void drain() {
        // Handing on may close the connection, which empties the queue.
        while (!queue.isEmpty()) {
            long nowNs = pipe.nowNs();
            long waitNs = waitNs(queue.peek(), nowNs);
            if (waitNs > 0) {
                if (waitNs != NEVER) {
                    timer = pipe.eventLoop().schedule(this::onTimer, waitNs, TimeUnit.NANOSECONDS);
                }
                return;
            }
            passHead(take(queue.peek(), nowNs));
        }
        passEnd();
    }

    private void passEnd() {
        if (ended && !endPassed && queue.isEmpty() && pipe.isOpen()) {
            endPassed = true;
            next.onEnd();
        }
    }

    private void onTimer() {
        timer = null;
        drain();
    }

    private void passHead(int bytes) {
        Held head = queue.peek();
        if (bytes < head.data.readableBytes()) {
            pipe.letGo(bytes);
            next.onData(head.data.readRetainedSlice(bytes));
        } else {
            queue.poll();
            pipe.letGo(bytes + StreamPipe.CHUNK_OVERHEAD_BYTES);
            next.onData(head.data);
        }
    }

    private void cancel() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    /**
     * Data that wait.
     *
     * @param arrivalNs when they came to this stage
     * @param draw evenly from 0 to 1, for a stage that wants chance
     */
    record Held(ByteBuf data, long arrivalNs, double draw) {}
}
