package io.packetfs.linux;

import java.util.BitSet;

/** What this process and the calling thread have used of the machine, and on which processors the thread may run. */
public interface Scheduling {
    /** Processors beyond this number are not seen. */
    int CPU_COUNT_MAX = 1024;

    ResourceUsage processUsage();

    /** Of the calling thread, which must not be virtual. */
    ResourceUsage threadUsage();

    /** The processors on which the calling thread may run. */
    BitSet affinity();

    /**
     * Binds the calling thread to processors; it must not be virtual.
     *
     * @param cpus at least one, each below {@link #CPU_COUNT_MAX}
     * @throws SystemCallException if none of them may be used by this process
     */
    void bindThread(BitSet cpus);
}
