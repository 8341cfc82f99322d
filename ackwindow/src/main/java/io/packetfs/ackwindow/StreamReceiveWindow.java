package io.packetfs.ackwindow;

/**
 * The receiver's half of a connection over a stream (spec: TCP-6): each packet has the number after the one before, and an acknowledgement
 * is due when a gram was delivered, or when something has waited for one as long as it may.
 */
public final class StreamReceiveWindow extends ReceiveWindow {
    /**
     * A window that nothing has reached yet.
     *
     * @param delayNsMax the longest that an acknowledgement may wait
     */
    public StreamReceiveWindow(long delayNsMax) {
        super(delayNsMax);
        ackFrequency(Integer.MAX_VALUE, delayNsMax);
    }

    /** Whether it is the next; any other number is one that no stream brings. */
    @Override
    public boolean isNew(long packetNumber) {
        return packetNumber == largest() + 1 && super.isNew(packetNumber);
    }

    @Override
    public void onGramDelivered() {
        ackAtOnce();
    }
}
