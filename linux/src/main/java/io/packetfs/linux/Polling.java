package io.packetfs.linux;

import java.util.List;

/** Waiting for several things at once, with a time limit in nanoseconds. */
public interface Polling {
    /**
     * Makes a poller for things to read from, which stay their owners'.
     *
     * @throws SystemCallException if the process has no descriptor left
     */
    default Poller open(List<? extends Pollable> sources) {
        return open(sources, sources.size());
    }

    /**
     * As {@link #open(List)}, with room for as many as {@code sourcesMax} later.
     *
     * @throws SystemCallException if the process has no descriptor left
     */
    Poller open(List<? extends Pollable> sources, int sourcesMax);

    /**
     * Sets by how much the kernel may delay the end of waits of the calling thread, which must not be virtual. It is 50 us for threads
     * whose creator's was never changed.
     *
     * @param slackNs at least 1
     */
    void timerSlack(long slackNs);
}
