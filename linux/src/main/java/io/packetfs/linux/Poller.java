package io.packetfs.linux;

import java.util.List;

/** Waits until one of its sources can be read. One thread at a time calls it, except for {@link #wakeUp}, which any thread may call. */
public interface Poller extends AutoCloseable {
    /** As a time limit: none. */
    long FOREVER_NS = Long.MAX_VALUE;

    /**
     * Waits for other sources from now on, which are looked at for nothing but reading at first.
     *
     * @param sources at most as many as {@link Polling#open} made room for
     */
    void replaceSources(List<? extends Pollable> sources);

    /** Whether {@link #await} ends when the source of this index can be read; at first it does. */
    void watch(int index, boolean watch);

    /** Whether {@link #await} also ends when the source of this index takes something to write; at first it does not. */
    void watchForRoom(int index, boolean watch);

    /**
     * Waits until a source is readable or has the room it is watched for, somebody has called {@link #wakeUp}, a signal came or the
     * time is over. A wake-up that nobody waited for ends the next wait.
     *
     * @param timeoutNs at least 0; 0 only looks, {@link #FOREVER_NS} is no limit. The kernel adds the timer slack of the thread,
     *     {@link Polling#timerSlack}
     */
    void await(long timeoutNs);

    /** Whether the source of this index was readable, deleted or broken when the last {@link #await} ended. */
    boolean isReadable(int index);

    /** Ends a wait. The poller must not have been closed. */
    void wakeUp();

    /** Frees what it holds; the sources stay open. Idempotent. */
    @Override
    void close();
}
