package io.packetfs.protocol.port;

/**
 * What happened on one port since it was opened. Written by the thread that owns the port; other threads may see old values.
 */
public final class PortCounters {
    private long trainsSent;
    private long datagramsSent;
    private long bytesSent;
    private long sendsRefused;
    private long offloadRefused;
    private long datagramsTooLarge;
    private long datagramsUnreachable;
    private long datagramsDropped;
    private long batchesReceived;
    private long datagramsReceived;
    private long bytesReceived;
    private long datagramsEmpty;

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

    /** Calls of {@link DatagramPort#send} that took nothing, because a queue was full. */
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

    // for the port, as things happen

    /** A train was taken. */
    public void onSent(DatagramTrain train) {
        trainsSent++;
        datagramsSent += train.count();
        bytesSent += train.length();
    }

    public void onSendRefused() {
        sendsRefused++;
    }

    public void onOffloadRefused() {
        offloadRefused++;
    }

    public void onTooLarge(int datagrams) {
        datagramsTooLarge += datagrams;
    }

    public void onUnreachable(int datagrams) {
        datagramsUnreachable += datagrams;
    }

    public void onDropped(int datagrams) {
        datagramsDropped += datagrams;
    }

    /** A buffer of so many datagrams and bytes was handed over. */
    public void onReceived(int datagrams, int bytes) {
        batchesReceived++;
        datagramsReceived += datagrams;
        bytesReceived += bytes;
    }

    public void onEmpty() {
        datagramsEmpty++;
    }
}
