package io.packetfs.linuxio;

/**
 * What happened on one port since it was opened. Written by the thread that owns the port; other threads may see old values.
 */
public final class PortCounters {
    long trainsSent;
    long datagramsSent;
    long bytesSent;
    long sendsRefused;
    long offloadRefused;
    long datagramsTooLarge;
    long datagramsUnreachable;
    long datagramsDropped;
    long batchesReceived;
    long datagramsReceived;
    long bytesReceived;
    long datagramsEmpty;

    PortCounters() {}

    /** Trains taken, single datagrams included. */
    public long trainsSent() {
        return trainsSent;
    }

    /** Datagrams taken; those lost on this machine are counted below as well. */
    public long datagramsSent() {
        return datagramsSent;
    }

    /** Bytes of the datagrams taken. */
    public long bytesSent() {
        return bytesSent;
    }

    /** Calls of {@link LinuxUdpPort#send} that took nothing, because a queue was full. */
    public long sendsRefused() {
        return sendsRefused;
    }

    /** Trains that the kernel would not segment, so that they went out as single datagrams. */
    public long offloadRefused() {
        return offloadRefused;
    }

    /** Datagrams lost because the interface does not carry their size unfragmented. */
    public long datagramsTooLarge() {
        return datagramsTooLarge;
    }

    /** Datagrams lost because there is no way to their destination, or a filter forbids it. */
    public long datagramsUnreachable() {
        return datagramsUnreachable;
    }

    /** Datagrams lost because a queue of the kernel was full after they had been taken. */
    public long datagramsDropped() {
        return datagramsDropped;
    }

    /** Datagrams that were taken and lost on this machine, for any of the reasons above. */
    public long datagramsLost() {
        return datagramsTooLarge + datagramsUnreachable + datagramsDropped;
    }

    /** Buffers handed over: trains where the kernel merges, else datagrams. */
    public long batchesReceived() {
        return batchesReceived;
    }

    public long datagramsReceived() {
        return datagramsReceived;
    }

    public long bytesReceived() {
        return bytesReceived;
    }

    /** Datagrams without payload, which are ignored. */
    public long datagramsEmpty() {
        return datagramsEmpty;
    }

    void onLost(Fault fault, int count) {
        switch (fault) {
            case TOO_LARGE -> datagramsTooLarge += count;
            case QUEUE_FULL -> datagramsDropped += count;
            default -> datagramsUnreachable += count;
        }
    }
}
