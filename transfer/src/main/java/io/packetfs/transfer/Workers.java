package io.packetfs.transfer;

import java.util.concurrent.Executor;

/**
 * The threads that a session runs on. Everything about the connection happens on the agent's; what may block on a disk, a pipe or
 * a long computation happens on the disk thread, one task after another, and posts what came of it back to the agent.
 *
 * @param helpers for computations that go on beside the disk thread; of {@code helperCount} threads and more
 * @param helperCount how many threads one computation may use
 */
public record Workers(Executor agent, Executor disk, Executor helpers, int helperCount) {
    /** Workers without helpers: the disk thread does their work. */
    public Workers(Executor agent, Executor disk) {
        this(agent, disk, disk, 1);
    }
}
