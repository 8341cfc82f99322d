package io.packetfs.endpoint.agent;

import io.packetfs.protocol.port.DatagramPort;
import io.packetfs.protocol.port.DatagramReceiver;
import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.port.PortFeatures;
import java.net.InetSocketAddress;
import java.util.concurrent.Semaphore;

/** A port at which nothing ever arrives. Whoever waits in it waits until it is woken, however long the time it gave. */
final class WaitingPort implements DatagramPort {
    private final Semaphore wakeups = new Semaphore(0);
    private final boolean blocks;
    private int refusals;
    int trainsTaken;
    long lastTimeoutNs = -1;
    boolean closed;

    WaitingPort(boolean blocks) {
        this.blocks = blocks;
    }

    void refuse(int trains) {
        refusals = trains;
    }

    @Override
    public InetSocketAddress localAddress() {
        return new InetSocketAddress(1);
    }

    @Override
    public PortFeatures features() {
        return new PortFeatures("waiting", 1, 1_500, false, false, false, false);
    }

    @Override
    public int receive(DatagramReceiver receiver) {
        return 0;
    }

    @Override
    public boolean send(DatagramTrain train) {
        if (refusals > 0) {
            refusals--;
            return false;
        }
        trainsTaken++;
        return true;
    }

    @Override
    public void await(long timeoutNs) {
        lastTimeoutNs = timeoutNs;
        if (blocks) {
            wakeups.acquireUninterruptibly();
            wakeups.drainPermits();
        }
    }

    @Override
    public void wakeup() {
        wakeups.release();
    }

    @Override
    public void close() {
        closed = true;
    }
}
