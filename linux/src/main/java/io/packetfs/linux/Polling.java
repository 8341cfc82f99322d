package io.packetfs.linux;

import java.util.List;

/** Waiting for several things at once, with a time limit in nanoseconds. */
public interface Polling {
    /**
     * Makes a poller for things to read from, which stay their owners'.
     *
     * @throws SystemCallException if the process has no descriptor left
     */
    Poller open(List<? extends Pollable> sources);

    /**
     * Sets by how much the kernel may delay the end of waits of the calling thread, which must not be virtual. It is 50 us for threads
     * whose creator's was never changed.
     *
     * @param slackNs at least 1
     */
    void timerSlack(long slackNs);
}
