package io.packetfs.proxy;

import io.netty.buffer.ByteBuf;

/**
 * One toxic at work on one direction of one connection: takes bytes, and an end after them, and hands them on as it pleases. Whoever
 * calls {@link #onData} gives the buffer away. Runs on the connection's event loop.
 */
abstract class Stage {
    final StreamPipe pipe;

    /** Where bytes go from here. */
    Stage next;

    private Toxic toxic;

    Stage(StreamPipe pipe, Toxic toxic) {
        this.pipe = pipe;
        this.toxic = toxic;
    }

    static Stage of(StreamPipe pipe, Toxic toxic) {
        return switch (toxic.type()) {
            case LATENCY -> new LatencyStage(pipe, toxic);
            case BANDWIDTH -> new BandwidthStage(pipe, toxic);
            case SLOW_CLOSE -> new SlowCloseStage(pipe, toxic);
            case TIMEOUT -> new TimeoutStage(pipe, toxic);
            case RESET_PEER -> new ResetPeerStage(pipe, toxic);
            case SLICER -> new SlicerStage(pipe, toxic);
            case LIMIT_DATA -> new LimitDataStage(pipe, toxic);
            default ->
                throw new IllegalArgumentException("the toxic " + toxic.type().label() + " is not for TCP");
        };
    }

    final Toxic toxic() {
        return toxic;
    }

    /** The toxic was changed. */
    final void change(Toxic changed) {
        toxic = changed;
        onChanged();
    }

    /** Called once, when everything is in place; there may never be data. */
    void onStarted() {}

    abstract void onData(ByteBuf data);

    /** No data will come any more. */
    abstract void onEnd();

    /** Looks anew at {@link #toxic}. */
    void onChanged() {}

    /** The toxic was removed: hands on at once what it holds. Nothing comes any more. */
    abstract void onRemoved();

    /** The connection is closed: frees what it holds. Nothing comes any more. */
    abstract void onClosed();
}
