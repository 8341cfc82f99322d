package io.packetfs.sim;

import static java.util.Objects.requireNonNull;

import io.packetfs.linux.Linux;
import io.packetfs.linux.Poller;
import io.packetfs.linux.SystemCallException;
import io.packetfs.linux.TunDevice;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A rough wire between two TUN devices, in real time: IP packets that the kernel sends to one come out of the other, each direction as
 * its {@link LinkSettings} say. Any program can be run over it, with its own sockets and the kernel's own protocols. The decisions are
 * those of {@link SimNetwork}, made by the same code from the same seed; only the clock is real, so a packet is late by the machine's
 * scheduling (about 0.1 ms), never early.
 *
 * <p>The settings count whole IP packets here, in the counters too: an IP packet is too large if it is longer than {@link
 * LinkSettings#payloadBytesMax()} and {@link LinkSettings#HEADER_BYTES}. Damage never strikes the IP header, nor the eight bytes behind
 * it; like a truncated packet, the receiving kernel finds it by a checksum or length and drops the packet, as behind a real wire. {@link
 * Merging} has no effect. Blackouts count from the start of the link. What the kernel drops before it is read, because the device's
 * queue is full, is not counted here but in the device's own statistics.
 *
 * <p>Meant for two network namespaces: open the link, then move each device into its own and give it an address. The link holds on to
 * them there. One thread of its own does the work; every method may be called from any thread. At most {@link #UNDER_WAY_BYTES_MAX}
 * bytes are under way, more is dropped as {@link LinkEvent#OVERRUN}.
 */
public final class TunLink implements AutoCloseable {
    /** Which way a packet goes. */
    public enum Direction {
        A_TO_B,
        B_TO_A
    }

    public static final long UNDER_WAY_BYTES_MAX = 64L << 20;

    private final TunDevice a;
    private final TunDevice b;
    private final Poller poller;
    private final TunLoop loop;
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private boolean closed;

    private TunLink(TunDevice a, TunDevice b, Poller poller, TunLoop loop) {
        this.a = a;
        this.b = b;
        this.poller = poller;
        this.loop = loop;
    }

    /**
     * Makes the two devices, or attaches to them if they exist, and starts a link with the same settings in both directions.
     *
     * @param nameA 1 to 15 letters, digits, {@code _}, {@code -} and {@code .}
     * @param nameB another such name
     * @throws SystemCallException if a device cannot be opened
     * @throws UnsupportedOperationException if this is not Linux
     */
    @SuppressWarnings("MustBeClosedChecker") // the link owns the devices, and closes them
    public static TunLink start(String nameA, String nameB, LinkSettings settings, long seed) {
        requireNonNull(settings, "settings");
        TunDevice a = Linux.tunDevices().open(nameA);
        try {
            TunDevice b = Linux.tunDevices().open(nameB);
            try {
                Poller poller = Linux.polling().open(List.of(a, b));
                TunLink link = new TunLink(a, b, poller, new TunLoop(a, b, poller, settings, seed));
                Thread.ofPlatform().daemon().name("tun-link-" + a.name()).start(link::live);
                return link;
            } catch (RuntimeException e) {
                b.close();
                throw e;
            }
        } catch (RuntimeException e) {
            a.close();
            throw e;
        }
    }

    public LinkSettings settings(Direction direction) {
        return loop.direction(direction).settings();
    }

    /** Changes one direction for the packets to come. */
    public void settings(Direction direction, LinkSettings settings) {
        loop.direction(direction).settings(requireNonNull(settings, "settings"));
    }

    /** Live counts. */
    public LinkCounters counters(Direction direction) {
        return loop.direction(direction).counters();
    }

    /** False once it is closed, or has failed because somebody deleted a device; {@link #close} then says so. */
    public boolean isRunning() {
        return !end.isDone();
    }

    /**
     * Stops, waits for the thread to end, and detaches from the devices; those that it made vanish. What is under way is lost. Idempotent.
     *
     * @throws SystemCallException if the link had failed before it was closed
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        loop.stop();
        // No interrupt ends this wait.
        end.join();
        // Only now: nobody reads from them, and no other file can have got their descriptors while somebody did.
        poller.close();
        a.close();
        b.close();
        loop.throwFailure();
    }

    private void live() {
        try {
            loop.run();
        } finally {
            end.complete(null);
        }
    }
}
