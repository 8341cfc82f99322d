package io.packetfs.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One direction of a connection: what is read from the source goes through a stage per toxic to the sink. It counts the bytes it holds,
 * in stages and in writes under way, and stops reading while they are too many. Runs on the connection's event loop.
 */
final class StreamPipe {
    /** What holding a chunk costs beside its bytes, so that many small ones are limited as well. */
    static final int CHUNK_OVERHEAD_BYTES = 256;

    /** What a pipe is part of; called on its event loop. */
    interface Owner {
        /** Closes both directions at once. */
        void close();

        /** Closes both directions so that both ends see a reset. */
        void reset();

        /** All that goes this way is sent. */
        void onPipeFinished(Direction direction);
    }

    private final Owner owner;
    private final Direction direction;
    private final Channel source;
    private final SinkStage sink;
    private final HeldBytes heldBytes;
    private final TrafficCounters counters;
    private final SplittableRandom random;
    private final ToxicityDraws draws;

    private List<Stage> stages = List.of();
    private long held;
    private boolean started;
    private boolean sourceEnded;
    private boolean closeWhenFinished;
    private boolean finished;
    private boolean closed;

    /**
     * @param seed decides what is left to chance in this direction of this connection
     */
    StreamPipe(
            Owner owner,
            Direction direction,
            Channel source,
            Channel sink,
            HeldBytes heldBytes,
            TrafficCounters counters,
            long seed) {
        this.owner = owner;
        this.direction = direction;
        this.source = source;
        this.sink = new SinkStage(this, sink);
        this.heldBytes = heldBytes;
        this.counters = counters;
        random = new SplittableRandom(seed);
        draws = new ToxicityDraws(seed);
    }

    Owner owner() {
        return owner;
    }

    EventLoop eventLoop() {
        return source.eventLoop();
    }

    /** The time by which the event loop's timers go. */
    long nowNs() {
        return source.eventLoop().ticker().nanoTime();
    }

    SplittableRandom random() {
        return random;
    }

    boolean isOpen() {
        return !closed;
    }

    /** Begins to read; until then it only takes what it is handed. An ended channel must not be asked to read again. */
    void startReading() {
        started = true;
        updateReading();
    }

    /**
     * Makes the stages those of {@code toxics}: keeps what was there, adds what is new, and lets what is gone hand on what it holds, the
     * stage nearest to the sink first, since its bytes are the oldest.
     */
    void apply(List<Toxic> toxics) {
        if (closed) {
            return;
        }
        List<Stage> before = stages;
        List<Stage> started = new ArrayList<>();
        List<Stage> after = new ArrayList<>();
        for (Toxic toxic : toxics) {
            if (toxic.direction() == direction && draws.actsOn(toxic)) {
                Stage stage = find(before, toxic.id());
                if (stage == null) {
                    stage = Stage.of(this, toxic);
                    started.add(stage);
                }
                after.add(stage);
            }
        }
        stages = after;
        Stage following = sink;
        for (Stage stage : after.reversed()) {
            stage.next = following;
            following = stage;
        }
        started.forEach(Stage::onStarted);
        removeFrom(before, after);
        for (Toxic toxic : toxics) {
            Stage stage = find(after, toxic.id());
            if (stage != null && !stage.toxic().equals(toxic) && !closed) {
                stage.change(toxic);
            }
        }
    }

    /** Data from the source. */
    void onRead(ByteBuf data) {
        counters.received(data.readableBytes());
        if (closed || !data.isReadable()) {
            data.release();
            return;
        }
        first().onData(compact(data));
    }

    /** The source will send no more. */
    void onSourceEnd() {
        if (!sourceEnded && !closed) {
            sourceEnded = true;
            source.config().setAutoRead(false);
            first().onEnd();
        }
    }

    /** A stage or the sink holds so many bytes more. */
    void hold(long bytes) {
        held += bytes;
        heldBytes.add(bytes);
        updateReading();
    }

    /** A stage or the sink holds so many bytes less. */
    void letGo(long bytes) {
        held -= bytes;
        heldBytes.add(-bytes);
        updateReading();
    }

    void onSent(long bytes) {
        counters.sent(bytes);
    }

    /** When all that came before is sent, the whole connection is closed, not only this direction. */
    void closeWhenFinished() {
        closeWhenFinished = true;
        if (finished) {
            owner.close();
        }
    }

    /** The sink has sent everything. */
    void onFinished() {
        finished = true;
        if (closeWhenFinished) {
            owner.close();
        } else {
            owner.onPipeFinished(direction);
        }
    }

    boolean isFinished() {
        return finished;
    }

    /** The sink is gone: frees what is on its way to it, reads no more, and counts as finished. */
    void abandon() {
        close();
        finished = true;
        source.config().setAutoRead(false);
    }

    /** Frees what the stages hold. */
    void close() {
        if (!closed) {
            closed = true;
            stages.forEach(Stage::onClosed);
        }
    }

    private void removeFrom(List<Stage> before, List<Stage> after) {
        Stage following = sink;
        for (Stage stage : before.reversed()) {
            if (after.contains(stage)) {
                following = stage;
            } else if (!closed) {
                stage.next = following;
                stage.onRemoved();
            } else {
                stage.onClosed();
            }
        }
    }

    private void updateReading() {
        if (!started || sourceEnded || closed) {
            return;
        }
        boolean reading = source.config().isAutoRead();
        boolean wanted = heldBytes.allowsReading(held, reading);
        if (reading != wanted) {
            source.config().setAutoRead(wanted);
        }
    }

    private Stage first() {
        return stages.isEmpty() ? sink : stages.getFirst();
    }

    private static Stage find(List<Stage> stages, long id) {
        for (Stage stage : stages) {
            if (stage.toxic().id() == id) {
                return stage;
            }
        }
        return null;
    }

    /** Few bytes in a large buffer would hold much more memory than is counted for them. */
    private static ByteBuf compact(ByteBuf data) {
        if (data.readableBytes() >= data.capacity() / 4) {
            return data;
        }
        try {
            return data.copy();
        } finally {
            data.release();
        }
    }
}
