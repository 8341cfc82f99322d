package io.packetfs.proxy;

import java.util.concurrent.atomic.LongAdder;

/** What all connections together hold, and whether one may read more. Shared by all event loops. */
final class HeldBytes {
    private final ProxyLimits limits;
    private final LongAdder total = new LongAdder();

    HeldBytes(ProxyLimits limits) {
        this.limits = limits;
    }

    void add(long bytes) {
        total.add(bytes);
    }

    long total() {
        return total.sum();
    }

    /**
     * Whether a direction may read. One that has stopped goes on when it is half empty, so that it does not flutter. A direction that
     * holds nothing always may, since nothing else would ever wake it.
     */
    boolean allowsReading(long held, boolean reading) {
        if (held == 0) {
            return true;
        }
        long most = reading ? limits.directionBytesMax() : limits.directionBytesMax() / 2;
        return held <= most && total.sum() <= limits.totalBytesMax();
    }
}
