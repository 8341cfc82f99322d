package io.packetfs.sim;

import static java.util.Objects.requireNonNull;

import io.packetfs.linux.Linux;
import io.packetfs.linux.SystemCallException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;

/**
 * A rough network in real time: listens on a UDP port, passes what comes on to a target, and the target's answers back, each
 * direction as its {@link LinkSettings} say. The decisions are those of {@link SimNetwork}, made by the same code from the same seed;
 * only the clock is real, so a datagram is late by the machine's scheduling (about 0.1 ms), never early.
 *
 * <p>On Linux it reads and writes trains of datagrams by the kernel's own calls, elsewhere one at a time by Java's channels; what becomes
 * of each datagram does not depend on it, and its size stays what it was. The ECN field is neither seen nor set, and {@link EcnMarking}
 * and {@link Merging} have no effect. Blackouts count from the start of the relay. What a receiver's socket has no room for is lost in the kernel,
 * uncounted here.
 *
 * <p>One thread of its own does the work; every method may be called from any thread. Limits: {@link #CLIENTS_MAX} clients, of which
 * the one longest silent gives way to a new one; {@link #UNDER_WAY_BYTES_MAX} bytes under way, more is dropped as {@link
 * LinkEvent#OVERRUN}.
 */
public final class UdpRelay implements AutoCloseable {
    /** Which way a datagram goes, as Toxiproxy names it. */
    public enum Direction {
        /** From a client to the target. */
        UPSTREAM,
        /** From the target to a client. */
        DOWNSTREAM
    }

    public static final int CLIENTS_MAX = 256;
    public static final long UNDER_WAY_BYTES_MAX = 64L << 20;

    /** Opens the port that clients send to. */
    interface Binder {
        RelaySockets bind(InetSocketAddress listen) throws IOException;
    }

    private final RelayLoop loop;
    private final Thread thread;
    private boolean closed;

    private UdpRelay(RelayLoop loop) {
        this.loop = loop;
        thread = Thread.ofPlatform()
                .daemon()
                .name("udp-relay-" + loop.address().getPort())
                .unstarted(loop);
    }

    /**
     * Starts a relay with the same settings in both directions.
     *
     * @param listen where clients send to; port 0 for any free one
     * @param target where their datagrams go
     * @throws UncheckedIOException if the port cannot be bound
     */
    public static UdpRelay start(InetSocketAddress listen, InetSocketAddress target, LinkSettings settings, long seed) {
        return start(
                Linux.isAvailable() ? LinuxRelaySockets::bind : NioRelaySockets::bind, listen, target, settings, seed);
    }

    /** As the other, with sockets of this kind. */
    static UdpRelay start(
            Binder binder, InetSocketAddress listen, InetSocketAddress target, LinkSettings settings, long seed) {
        if (target.isUnresolved()) {
            throw new IllegalArgumentException("the relay's target has no address: " + target);
        }
        requireNonNull(settings, "settings");
        try {
            UdpRelay relay = new UdpRelay(new RelayLoop(binder.bind(listen), target, settings, seed));
            relay.thread.start();
            return relay;
        } catch (IOException e) {
            throw cannotRelay(listen, target, e);
        } catch (SystemCallException e) {
            throw cannotRelay(listen, target, new IOException(e.getMessage(), e));
        }
    }

    private static UncheckedIOException cannotRelay(
            InetSocketAddress listen, InetSocketAddress target, IOException cause) {
        return new UncheckedIOException(
                "cannot relay from " + listen + " to " + target + ": " + cause.getMessage(), cause);
    }

    /** Where clients send to. */
    public InetSocketAddress address() {
        return loop.address();
    }

    public LinkSettings settings(Direction direction) {
        return loop.direction(direction).settings();
    }

    /** Changes one direction for the datagrams to come. */
    public void settings(Direction direction, LinkSettings settings) {
        loop.direction(direction).settings(requireNonNull(settings, "settings"));
    }

    /** Live counts. */
    public LinkCounters counters(Direction direction) {
        return loop.direction(direction).counters();
    }

    /** How many clients have a socket towards the target. */
    public int clientCount() {
        return loop.clientCount();
    }

    /**
     * Gives every client another port towards the target, as a router does that translates addresses and has forgotten the old ones.
     * What is under way upstream from the old ones is lost, as {@link LinkEvent#UNREACHABLE}.
     */
    public synchronized void rebindClients() {
        if (!closed) {
            loop.rebindClients();
        }
    }

    /**
     * Stops, waits for the thread to end, and frees all sockets. What is under way is lost. Idempotent.
     *
     * @throws UncheckedIOException if the relay had failed before it was closed
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        loop.stop();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        // Only now, so that nobody reads from or wakes what is closed.
        loop.free();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        loop.throwFailure();
    }
}
