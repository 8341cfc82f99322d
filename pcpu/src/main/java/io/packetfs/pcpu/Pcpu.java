package io.packetfs.pcpu;

import io.packetfs.linux.Linux;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Workers that run tasks, each on a thread of its own with a ring of its own, bound to a processor where there are enough. A task's
 * schedule is cut into parts of equal bytes, one for each worker, and those into slices, which go through the rings.
 *
 * <p>{@link #run} is called by one thread at a time, which waits for the result. {@link #close} ends the threads.
 */
public final class Pcpu implements AutoCloseable {
    public static final int WORKERS_MAX = 256;

    /** So that a worker is never far from the end of its part, and slices cost nothing beside the work in them. */
    private static final long SLICE_BYTES = 4 << 20;

    private static final int SLICE_DESCRIPTORS_MAX = 1 << 16;
    /** Looks for outcomes so often before it sleeps between looks: a small task is over by then. */
    private static final int SPINS = 1_000;

    private static final long WAIT_NS = 20_000;

    private final List<Worker> workers = new ArrayList<>();

    /**
     * Starts workers.
     *
     * @param bind whether each is bound to a processor, if this process may use at least as many
     */
    public Pcpu(int workerCount, boolean bind) {
        if (workerCount < 1 || workerCount > WORKERS_MAX) {
            throw new IllegalArgumentException(workerCount + " workers");
        }
        int[] processors = bind ? processors(workerCount) : new int[0];
        for (int i = 0; i < workerCount; i++) {
            workers.add(new Worker("pfs-pcpu-" + i, i < processors.length ? processors[i] : Worker.ANY_PROCESSOR));
        }
        workers.forEach(Worker::start);
    }

    public int workerCount() {
        return workers.size();
    }

    /** The processor that a worker is bound to; -1 for none. */
    public int processor(int worker) {
        return workers.get(worker).processor();
    }

    /**
     * Runs a task and waits for it. A program that is sequential is one worker's (spec: PCP-7).
     *
     * @throws IllegalStateException if the memory was unmapped meanwhile
     */
    public Results run(Task task) {
        CompiledProgram program = CompiledProgram.of(task);
        Schedule schedule = task.schedule();
        int parts = task.program().isSequential() ? 1 : workers.size();
        int[] borders = schedule.split(parts);
        Cursor[] cursors = new Cursor[parts];
        long gatherOffset = 0;
        for (int i = 0; i < parts; i++) {
            cursors[i] = new Cursor(program, borders[i], borders[i + 1], gatherOffset);
            for (int d = borders[i]; d < borders[i + 1]; d++) {
                gatherOffset += schedule.length(d);
            }
        }
        return await(cursors);
    }

    @Override
    public void close() {
        workers.forEach(Worker::stop);
        workers.forEach(Worker::join);
    }

    /** Feeds every ring until all parts are through; a part that failed is fed no further. */
    private Results await(Cursor[] cursors) {
        RunState[] finished = new RunState[cursors.length];
        Throwable failure = null;
        int open = cursors.length;
        int idleRounds = 0;
        while (open > 0) {
            boolean idle = true;
            for (int i = 0; i < cursors.length; i++) {
                idle &= !feed(workers.get(i), cursors[i]);
                Worker.Outcome outcome = finished[i] == null ? workers.get(i).pollOutcome() : null;
                if (outcome != null) {
                    finished[i] = outcome.state();
                    failure = outcome.failure() == null ? failure : outcome.failure();
                    open--;
                    idle = false;
                }
            }
            idleRounds = idle ? idleRounds + 1 : 0;
            if (idleRounds > SPINS) {
                LockSupport.parkNanos(this, WAIT_NS);
            } else if (idle) {
                Thread.onSpinWait();
            }
        }
        if (failure != null) {
            throw new IllegalStateException("a worker failed: " + failure.getMessage(), failure);
        }
        for (int i = 1; i < finished.length; i++) {
            finished[0].append(finished[i]);
        }
        return finished[0].results();
    }

    private static boolean feed(Worker worker, Cursor cursor) {
        boolean fed = false;
        while (cursor.hasNext() && worker.offer(cursor.current())) {
            cursor.advance();
            fed = true;
        }
        return fed;
    }

    /** Cuts one worker's part into slices, the last of which says so. */
    private static final class Cursor {
        private final CompiledProgram program;
        private final RunState state;
        private final int to;
        private int at;
        private long gatherOffset;
        private Slice current;

        Cursor(CompiledProgram program, int from, int to, long gatherOffset) {
            this.program = program;
            this.to = to;
            this.gatherOffset = gatherOffset;
            at = from;
            state = new RunState(program.task().program());
            advance();
        }

        boolean hasNext() {
            return current != null;
        }

        Slice current() {
            return current;
        }

        void advance() {
            if (current != null && current.last()) {
                current = null;
                return;
            }
            Schedule schedule = program.task().schedule();
            int end = at;
            long bytes = 0;
            while (end < to && bytes < SLICE_BYTES && end - at < SLICE_DESCRIPTORS_MAX) {
                bytes += schedule.length(end++);
            }
            current = new Slice(program, state, at, end, gatherOffset, end == to);
            at = end;
            gatherOffset += bytes;
        }
    }

    /**
     * A piece of work.
     *
     * @param last of its part: what its worker answers to
     */
    record Slice(CompiledProgram program, RunState state, int from, int to, long gatherOffset, boolean last) {
        void run() {
            program.run(from, to, gatherOffset, state);
        }
    }

    /** As many processors as workers, or none if this process may use fewer: two on one would be worse than the scheduler. */
    private static int[] processors(int workerCount) {
        if (!Linux.isAvailable()) {
            return new int[0];
        }
        BitSet usable = Linux.scheduling().affinity();
        return usable.cardinality() < workerCount
                ? new int[0]
                : usable.stream().limit(workerCount).toArray();
    }
}
