package io.packetfs.endpoint.agent;

import io.packetfs.protocol.port.DatagramPort;
import io.packetfs.protocol.port.DatagramReceiver;
import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.port.PortFeatures;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Semaphore;

/** A port at which only that arrives which a test has put there. Whoever waits in it waits until it is woken, however long the time it gave. */
final class WaitingPort implements DatagramPort {
    private final Semaphore wakeups = new Semaphore(0);
    private final boolean blocks;
    private final Queue<Runnable> arrivals = new ArrayDeque<>();
    private int refusals;
    int trainsTaken;
    long lastTimeoutNs = -1;
    boolean closed;

    WaitingPort(boolean blocks) {
        this.blocks = blocks;
    }

    /** Lets a datagram of nobody's arrive, at the time at which {@code whenItComes} runs. */
    void arrive(Runnable whenItComes) {
        arrivals.add(whenItComes);
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
        int count = arrivals.size();
        while (!arrivals.isEmpty()) {
            arrivals.remove().run();
            receiver.onDatagrams(localAddress(), MemorySegment.ofArray(new byte[100]), 100, 100, 0);
        }
        return count;
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
