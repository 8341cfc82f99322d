package io.packetfs.interop.transfers;

import io.packetfs.protocol.port.DatagramPort;
import java.net.InetSocketAddress;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Two sides in real time, each with threads and a port of its own. */
abstract class LiveCrossing extends Crossing {
    private static final long LOOK_NS = 2_000_000;

    private final int timeoutMs;
    private LiveSide sender;
    private final LiveSide receiver;

    /** Both ports are the crossing's from now on. */
    LiveCrossing(DatagramPort senderPort, DatagramPort receiverPort, int timeoutMs) {
        super(timeoutMs);
        this.timeoutMs = timeoutMs;
        sender = new LiveSide(senderPort, config(timeoutMs));
        receiver = new LiveSide(receiverPort, config(timeoutMs));
    }

    @Override
    final Side sender() {
        return sender.side();
    }

    /** Sends through another port from now on, which is the crossing's; what the sender before has not said stays unsaid. */
    final void renewSender(DatagramPort port) {
        sender.close();
        sender = new LiveSide(port, config(timeoutMs));
    }

    @Override
    final Side receiver() {
        return receiver.side();
    }

    final InetSocketAddress receiverAddress() {
        return receiver.address();
    }

    @Override
    final boolean runUntil(BooleanSupplier done, long limitNs) {
        long endNs = System.nanoTime() + limitNs;
        long nextTickNs = System.nanoTime();
        while (!done.getAsBoolean()) {
            sender.throwCrash();
            receiver.throwCrash();
            long nowNs = System.nanoTime();
            if (nowNs - endNs >= 0) {
                return false;
            }
            if (nowNs - nextTickNs >= 0) {
                nextTickNs = nowNs + TICK_NS;
                tick();
            }
            LockSupport.parkNanos(LOOK_NS);
        }
        return true;
    }

    /** Also ends the path, which comes last. */
    @Override
    public final void close() {
        try {
            sender.close();
        } finally {
            try {
                receiver.close();
            } finally {
                closePath();
            }
        }
    }

    abstract void closePath();
}
