package io.packetfs.records;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jctools.queues.varhandle.SpscChunkedVarHandleArrayQueue;

/**
 * What the agent has for other threads, in order. The agent puts in and never waits; any number of threads take out, and wait if they
 * want to. Bounded by its capacity, and grows towards it only as it fills.
 */
final class Mailbox<E> {
    private static final int CHUNK = 128;

    private final int capacity;
    private final SpscChunkedVarHandleArrayQueue<E> queue;

    /** Makes one consumer of many; the agent takes it only when it becomes the consumer itself. */
    private final ReentrantLock taking = new ReentrantLock();

    /** A permit for each element, and, once it has ended, one more that is handed on from taker to taker. */
    private final Semaphore filled = new Semaphore(0);

    // Written by the agent, read by takers.
    private volatile boolean ended;

    Mailbox(int capacity) {
        this.capacity = capacity;
        queue = new SpscChunkedVarHandleArrayQueue<>(
                Math.min(CHUNK, Math.max(8, capacity / 2)), Math.max(32, capacity + 1));
    }

    /** Agent: puts an element in. Returns false if it is full, or has ended. */
    boolean offer(E element) {
        if (ended || filled.availablePermits() >= capacity || !queue.offer(element)) {
            return false;
        }
        filled.release();
        return true;
    }

    /** Agent: nothing comes any more; what is there can still be taken. */
    void end() {
        if (!ended) {
            ended = true;
            filled.release();
        }
    }

    /** Waits for an element; null when it has ended and is empty. */
    E take() throws InterruptedException {
        filled.acquire();
        return next();
    }

    /**
     * As {@link #take()}, for a limited time.
     *
     * @throws TimeoutException if nothing came within {@code timeoutNs}, nor the end
     */
    E take(long timeoutNs) throws InterruptedException, TimeoutException {
        if (!filled.tryAcquire(timeoutNs, TimeUnit.NANOSECONDS)) {
            throw new TimeoutException("nothing came within " + TimeUnit.NANOSECONDS.toMillis(timeoutNs) + " ms");
        }
        return next();
    }

    /** An element if one is there; null if not. */
    E poll() {
        return filled.tryAcquire() ? next() : null;
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Whether it has ended and everything was taken. */
    boolean isOver() {
        return ended && queue.isEmpty();
    }

    private E next() {
        taking.lock();
        try {
            E element = queue.poll();
            if (element == null) {
                filled.release();
            }
            return element;
        } finally {
            taking.unlock();
        }
    }
}
