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
}
