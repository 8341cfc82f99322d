package io.packetfs.proxy;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** How many connections there may be, over all proxies; any thread. */
final class ConnectionQuota {
    private final int most;
    private final AtomicInteger count = new AtomicInteger();
    private final LongAdder refused = new LongAdder();

    ConnectionQuota(int most) {
        this.most = most;
    }

    /** Takes a place; false, and counted, if there is none. */
    boolean enter() {
        if (count.incrementAndGet() <= most) {
            return true;
        }
        count.decrementAndGet();
        refused.increment();
        return false;
    }

    void leave() {
        count.decrementAndGet();
    }

    int count() {
        return count.get();
    }

    long refused() {
        return refused.sum();
    }
}
