package io.packetfs.linuxio;

import io.packetfs.linux.Linux;
import io.packetfs.linux.Pollable;
import io.packetfs.linux.Poller;
import io.packetfs.linux.SocketFilter;
import io.packetfs.linux.UdpOption;
import io.packetfs.linux.UdpSocket;
import io.packetfs.protocol.PacketHeader;
import io.packetfs.protocol.Shards;
import io.packetfs.protocol.port.DatagramPort;
import io.packetfs.protocol.port.DatagramReceiver;
import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.port.FeatureUnavailableException;
import io.packetfs.protocol.port.PortCounters;
import io.packetfs.protocol.port.PortFeatures;
import io.packetfs.protocol.port.WakeupModeration;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Datagrams over UDP by the kernel's own calls, on the caller's thread.
 *
 * <p>Calls: {@link #open}, then {@link #receive}, {@link #send} and {@link #await} in turns, at last {@link #close}, by one thread at a
 * time; the thread that calls owns the port. Handing it from one thread to another takes a happens-before edge, such as starting or
 * joining a thread. {@link #wakeup()} may be called by any thread at any time. Interrupting a thread does not end its {@link #await},
 * and a virtual thread keeps its carrier while it waits. {@link #await} lowers the timer slack of the thread that calls it, so that a
 * wait of 20 us is not one of 70.
 *
 * <p>Limits: the rest of one train waits in the port while the kernel takes no more of its single datagrams, then {@link #send}
 * refuses; one {@link #receive} hands over at most {@link #DATAGRAMS_PER_RECEIVE} datagrams and the rest of the last train. The port's
 * own memory is about 400 KiB, or 4 MiB of which little is touched when the kernel does not merge.
 */
public final class LinuxUdpPort implements DatagramPort {
    /** After so many datagrams {@link #receive} returns: opening them takes about half a millisecond, in which nothing is sent. */
    public static final int DATAGRAMS_PER_RECEIVE = 512;

    private static final int BATCHES_PER_RECEIVE = 64;

    /** The kernel does not say when a full interface queue has room again, so look after this time. */
    private static final long QUEUE_FULL_WAIT_NS = 1_000_000;

    private static final long TIMER_SLACK_NS = 1;

    /** What {@link #signal} says: nobody waits, the owner waits or is about to, or a wake-up has come that no wait has ended by. */
    private static final int AWAKE = 0;

    private static final int WAITING = 1;
    private static final int WOKEN = 2;

    private final PortCounters counters = new PortCounters();
    private final WakeupModeration moderation = new WakeupModeration();
    private final UdpSocket socket;
    private final InetSocketAddress localAddress;
    private final Inbound inbound;
    private final Outbound outbound;
    private final PortFeatures features;
    private final PortFeatures featuresWithoutOffload;

    // Written by the owner and by whoever wakes it. A wake-up makes a call into the kernel only while the owner waits.
    private final AtomicInteger signal = new AtomicInteger(AWAKE);

    // Keeps a wake-up from writing to a descriptor that was closed and perhaps given to something else.
    private final Object alarmLock = new Object();
    private Poller poller;
    private int othersCount;
    private boolean isSteered;
    private Thread punctualThread;
    private boolean closed;

    private LinuxUdpPort(SocketSetUp setUp) {
        socket = setUp.socket();
        localAddress = socket.localAddress();
        poller = Linux.polling().open(List.of(socket));
        inbound = new Inbound(socket, counters, setUp.merges());
        outbound = new Outbound(socket, counters, setUp.segments());
        featuresWithoutOffload = describe("udp-linux", setUp);
        features = describe("udp-linux-gso", setUp);
    }

    /** Whether this machine has these calls and this process may make them. */
    public static boolean isAvailable() {
        return unavailabilityCause() == null;
    }

    /** A sentence that says why {@link #isAvailable()} is false; null if it is true. */
    public static String unavailabilityCause() {
        return Linux.unavailabilityCause();
    }

    /**
     * Opens and binds a port.
     *
     * @throws FeatureUnavailableException if these calls cannot be made, or the configuration insists on what this kernel lacks
     * @throws UncheckedIOException if the address cannot be bound
     */
    public static LinuxUdpPort open(LinuxUdpPortConfig config) {
        return open(config, false);
    }

    /**
     * Opens ports for the shards behind one address, the first for shard 0. The kernel gives each datagram to the port of the shard that it
     * belongs to (spec: SHD), or, if it cannot be told how, all datagrams from one address to the same, whichever that is.
     *
     * @param count a power of two, at most {@link Shards#COUNT_MAX}
     * @throws FeatureUnavailableException if these calls cannot be made, or the configuration insists on what this kernel lacks
     * @throws UncheckedIOException if the address cannot be bound
     */
    public static List<LinuxUdpPort> openShards(LinuxUdpPortConfig config, int count) {
        if (!Shards.isCount(count)) {
            throw new IllegalArgumentException(count + " shards");
        }
        List<LinuxUdpPort> ports = new ArrayList<>(count);
        try {
            ports.add(open(config, true));
            LinuxUdpPortConfig others = config.withBindAddress(new InetSocketAddress(
                    config.bindAddress().getAddress(),
                    ports.getFirst().localAddress().getPort()));
            while (ports.size() < count) {
                ports.add(open(others, true));
            }
            boolean isSteered = ports.getFirst().steerByShard(count);
            ports.forEach(port -> port.isSteered = isSteered);
            return ports;
        } catch (RuntimeException e) {
            ports.forEach(LinuxUdpPort::close);
            throw e;
        }
    }

    private static LinuxUdpPort open(LinuxUdpPortConfig config, boolean sharesAddress) {
        if (!isAvailable()) {
            throw new FeatureUnavailableException("io=LINUX", unavailabilityCause(), null);
        }
        SocketSetUp setUp = SocketSetUp.open(config, sharesAddress);
        try {
            return new LinuxUdpPort(setUp);
        } catch (RuntimeException e) {
            setUp.socket().close();
            throw e;
        }
    }

    private boolean steerByShard(int count) {
        int errno = socket.steer(new SocketFilter()
                .loadByte(0)
                .and(PacketHeader.TYPE_MASK)
                .skipUnlessEqual(PacketHeader.TYPE_INITIAL, 2)
                .loadByte(Shards.EPHEMERAL_OFFSET)
                .skip(1)
                .loadByte(Shards.CONNECTION_ID_OFFSET)
                .and(count - 1)
                .returnAccumulator());
        return errno == 0;
    }

    /** Whether the kernel knows which of the shards' ports at this address gets a datagram. */
    public boolean isSteered() {
        return isSteered;
    }

    @Override
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    /**
     * {@inheritDoc}
     *
     * <p>The carrier is {@code udp-linux-gso} or {@code udp-linux}. Trains are taken in any case; without segmentation offload they go
     * out datagram by datagram.
     */
    @Override
    public PortFeatures features() {
        return outbound.segmentationOffload() ? features : featuresWithoutOffload;
    }

    /** What happened on this port so far. */
    public PortCounters counters() {
        return counters;
    }

    /** The size of the socket's receive buffer, as the kernel counts it: Linux doubles what it grants, for its own bookkeeping. */
    public int receiveBufferBytes() {
        return socket.get(UdpOption.SO_RCVBUF);
    }

    /** The size of the socket's send buffer, as the kernel counts it. */
    public int sendBufferBytes() {
        return socket.get(UdpOption.SO_SNDBUF);
    }

    UdpSocket socket() {
        return socket;
    }

    /**
     * Lets {@link #await} end also when one of these can be read; they stay their owners', who take them back with an empty list before
     * they close them. For a carrier that this port is the fallback of.
     */
    public void alsoAwait(List<? extends Pollable> others) {
        requireOpen();
        List<Pollable> sources = new ArrayList<>(others.size() + 1);
        sources.add(socket);
        sources.addAll(others);
        Poller next = Linux.polling().open(sources);
        synchronized (alarmLock) {
            poller.close();
            poller = next;
            othersCount = others.size();
        }
        // Somebody may have woken the poller that is gone.
        wakeup();
    }

    /** Whether {@link #await} looks at those of {@link #alsoAwait}; at first it does. */
    public void watchOthers(boolean watch) {
        for (int i = 1; i <= othersCount; i++) {
            poller.watch(i, watch);
        }
    }

    @Override
    public int receive(DatagramReceiver receiver) {
        requireOpen();
        int datagramCount = 0;
        boolean more = true;
        for (int i = 0; i < BATCHES_PER_RECEIVE && datagramCount < DATAGRAMS_PER_RECEIVE; i++) {
            if (inbound.isEmpty()) {
                more = more && inbound.fill();
                if (inbound.isEmpty()) {
                    break;
                }
            }
            datagramCount += inbound.handOver(receiver);
        }
        moderation.onReceived(datagramCount);
        return datagramCount;
    }

    @Override
    public boolean send(DatagramTrain train) {
        requireOpen();
        return train.isEmpty() || outbound.send(train);
    }

    @Override
    public void await(long timeoutNs) {
        requireOpen();
        boolean waits = timeoutNs > 0 && inbound.isEmpty() && signal.compareAndSet(AWAKE, WAITING);
        if (waits) {
            waitForKernel(timeoutNs);
        }
        signal.set(AWAKE);
        outbound.onWaited();
    }

    @Override
    public void wakeup() {
        if (signal.getAndSet(WOKEN) == WAITING) {
            ringAlarm();
        }
    }

    @Override
    public void close() {
        synchronized (alarmLock) {
            if (closed) {
                return;
            }
            closed = true;
            poller.close();
        }
        outbound.close();
        inbound.close();
        socket.close();
    }

    private void waitForKernel(long timeoutNs) {
        if (punctualThread != Thread.currentThread()) {
            becomePunctual();
        }
        boolean wantsRoom = outbound.wantsRoom();
        boolean naps = !wantsRoom && moderation.isNapDue(System.nanoTime());
        if (wantsRoom) {
            poller.watchForRoom(0, true);
        } else if (naps) {
            poller.watch(0, false);
        }
        long limitNs = naps ? WakeupModeration.NAP_NS : outbound.queueFull() ? QUEUE_FULL_WAIT_NS : Long.MAX_VALUE;
        poller.await(Math.min(timeoutNs, limitNs));
        if (wantsRoom || naps) {
            poller.watch(0, true);
        }
    }

    private void becomePunctual() {
        punctualThread = Thread.currentThread();
        if (!punctualThread.isVirtual()) {
            Linux.polling().timerSlack(TIMER_SLACK_NS);
        }
    }

    private void ringAlarm() {
        synchronized (alarmLock) {
            if (!closed) {
                poller.wakeUp();
            }
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("port " + localAddress + " is closed");
        }
    }

    private static PortFeatures describe(String carrier, SocketSetUp setUp) {
        return new PortFeatures(
                carrier,
                PortFeatures.GSO_SEGMENTS_MAX,
                PortFeatures.UDP_PAYLOAD_BYTES_MAX,
                setUp.merges(),
                setUp.reportsEcn(),
                true,
                false);
    }
}
