package io.packetfs.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Counts bytes after a warm-up, with the CPU time that the calling thread used and the memory it allocated meanwhile. */
final class PumpMeter {
    private static final double WARM_UP_SHARE = 0.3;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final long startNs = System.nanoTime();
    private final long durationNs;
    private long nowNs;
    private long measuredFromNs;
    private long countedAtNs;
    private long cpuFromNs;
    private long allocatedFromBytes;
    private long bytes;
    private long bytesInAll;

    PumpMeter(long seconds) {
        durationNs = TimeUnit.SECONDS.toNanos(seconds);
    }

    boolean goesOn() {
        nowNs = System.nanoTime();
        return nowNs - startNs < durationNs;
    }

    void count(int length) {
        bytesInAll += length;
        if (nowNs - startNs < durationNs * WARM_UP_SHARE) {
            return;
        }
        if (measuredFromNs == 0) {
            measuredFromNs = nowNs;
            cpuFromNs = threads.getCurrentThreadCpuTime();
            allocatedFromBytes = threads.getCurrentThreadAllocatedBytes();
        }
        countedAtNs = nowNs;
        bytes += length;
    }

    /** Tells the parent process, which reads it with {@link PumpResult#parse}. */
    void print(String carrier) {
        final double seconds = (countedAtNs - measuredFromNs) / 1e9;
        final double cpuSeconds = (threads.getCurrentThreadCpuTime() - cpuFromNs) / 1e9;
        final long allocatedBytes = threads.getCurrentThreadAllocatedBytes() - allocatedFromBytes;
        System.out.println(String.format(
                Locale.ROOT, "%d %d %f %f %d %s", bytesInAll, bytes, seconds, cpuSeconds, allocatedBytes, carrier));
    }
}
