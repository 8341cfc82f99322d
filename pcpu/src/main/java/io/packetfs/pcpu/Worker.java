package io.packetfs.pcpu;

import io.packetfs.linux.Linux;
import io.packetfs.linux.SystemCallException;
import io.packetfs.pcpu.Pcpu.Slice;
import java.util.BitSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.varhandle.SpscVarHandleArrayQueue;

/** One consumer: its thread takes slices from its ring, and answers after the last one of each part. */
final class Worker {
    static final int ANY_PROCESSOR = -1;

    private static final int RING_SLICES = 64;

    /** Looks at the ring so often before it sleeps: some microseconds. */
    private static final int SPINS = 2_000;

    private final MessagePassingQueue<Slice> ring = new SpscVarHandleArrayQueue<>(RING_SLICES);
    private final MessagePassingQueue<Outcome> outcomes = new SpscVarHandleArrayQueue<>(2);
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final Thread thread;
    private final int processor;
    private volatile boolean stopped;

    /**
     * What became of a part.
     *
     * @param failure null if all is well
     */
    record Outcome(RunState state, Throwable failure) {}

    Worker(String name, int processor) {
        this.processor = processor;
        thread = Thread.ofPlatform().name(name).daemon().unstarted(this::live);
    }

    void start() {
        thread.start();
    }

    int processor() {
        return processor;
    }

    /** Called by the one thread that feeds this worker; false if the ring is full. */
    boolean offer(Slice slice) {
        boolean offered = ring.offer(slice);
        LockSupport.unpark(thread);
        return offered;
    }

    /** Called by the thread that feeds this worker. */
    Outcome pollOutcome() {
        return outcomes.poll();
    }

    void stop() {
        stopped = true;
        LockSupport.unpark(thread);
    }

    /** Waits until the last slice is done. No interrupt ends this wait: memory must not be unmapped under a worker. */
    void join() {
        end.join();
    }

    private void live() {
        try {
            work();
        } finally {
            end.complete(null);
        }
    }

    private void work() {
        bind();
        Throwable failure = null;
        int idle = 0;
        while (!stopped) {
            Slice slice = ring.poll();
            if (slice == null) {
                idle = idle < SPINS ? spin(idle) : park();
                continue;
            }
            idle = 0;
            // What follows a failure is passed over, up to the end of the part, which tells of it.
            failure = failure == null ? run(slice) : failure;
            if (slice.last()) {
                slice.state().finish();
                boolean told = outcomes.offer(new Outcome(slice.state(), failure));
                assert told : "more parts than outcomes are looked at";
                failure = null;
            }
        }
    }

    private static Throwable run(Slice slice) {
        try {
            slice.run();
            return null;
        } catch (RuntimeException | Error e) {
            return e;
        }
    }

    private static int spin(int idle) {
        Thread.onSpinWait();
        return idle + 1;
    }

    private int park() {
        LockSupport.park(this);
        return 0;
    }

    private void bind() {
        if (processor != ANY_PROCESSOR) {
            BitSet one = new BitSet();
            one.set(processor);
            try {
                Linux.scheduling().bindThread(one);
            } catch (SystemCallException e) {
                // The processor was taken from this process since; the scheduler finds another.
            }
        }
    }
}
