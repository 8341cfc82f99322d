package io.packetfs.afxdp.port;

import io.packetfs.afxdp.XskSocket;
import io.packetfs.afxdp.frame.FrameVerdict;
import io.packetfs.afxdp.frame.LocalAddresses;
import io.packetfs.afxdp.frame.UdpFrameReader;
import io.packetfs.afxdp.port.AfXdpPortConfig.Transmit;
import io.packetfs.linux.AfXdpSocket.Statistics;
import io.packetfs.linux.Linux;
import io.packetfs.linux.SystemCallException;
import io.packetfs.linuxio.LinuxUdpPort;
import io.packetfs.protocol.port.DatagramPort;
import io.packetfs.protocol.port.DatagramReceiver;
import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.port.FeatureUnavailableException;
import io.packetfs.protocol.port.PortCounters;
import io.packetfs.protocol.port.PortFeatures;
import io.packetfs.protocol.port.WakeupModeration;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Datagrams past the kernel's stack, by AF_XDP rings on one device, with an ordinary UDP socket at the same address.
 *
 * <p>The UDP socket reserves the port, sends where the rings do not lead (other devices, this host, neighbours not known yet), receives
 * what the program lets pass (other devices and queues, fragments), and goes on alone if the rings are lost, such as when the device
 * is removed. Nothing of the system is changed for longer than the port is open, however the process ends.
 *
 * <p>Calls: {@link #open}, then {@link #receive}, {@link #send} and {@link #await} in turns, at last {@link #close}, by one thread at a
 * time; the thread that calls owns the port. {@link #wakeup()} may be called by any thread at any time.
 *
 * <p>Limits: {@link RingSetUp#RECEIVE_FRAMES} frames of each queue on the way in and {@link RingSetUp#TRANSMIT_FRAMES} on the way out,
 * 6 MiB a queue, or 12 for MTUs above 1774; {@link FlowTable#FLOWS_MAX} destinations remembered; what passes the kernel's firewall,
 * traffic control and routing cache by is not seen by them.
 */
public final class AfXdpPort implements DatagramPort {
    /** After so many frames {@link #receive} looks at the kernel's socket, and returns. */
    private static final int FRAMES_PER_RECEIVE = 512;

    /** The kernel does not say when a full queue has room again. */
    private static final long PENDING_WAIT_NS = 100_000;

    private static final long ADDRESSES_FRESH_NS = 1_000_000_000;

    private final LinuxUdpPort kernel;
    private final PortCounters counters = new PortCounters();
    private final WakeupModeration moderation = new WakeupModeration();
    private final PortFeatures features;
    private final Transmit transmit;
    private RingSetUp rings;
    private List<RingInbound> inbound;
    private RingOutbound outbound;
    private FlowTable flows;
    private AfXdpCounters lastCounters;
    private String lossCause;
    private long trainsByKernel;
    private long datagramsFromKernel;
    private long foreignSeen;
    private long addressesReadNs;

    private AfXdpPort(AfXdpPortConfig config, LinuxUdpPort kernel, RingSetUp rings) {
        this.kernel = kernel;
        this.rings = rings;
        transmit = config.transmit();
        flows = new FlowTable(Linux.openNetworkTables(), rings.device(), kernel.localAddress());
        inbound = new ArrayList<>();
        for (XskSocket socket : rings.sockets()) {
            UdpFrameReader reader = new UdpFrameReader(
                    hostAddresses(),
                    kernel.localAddress().getPort(),
                    rings.device().index());
            inbound.add(new RingInbound(socket, counters, reader, RingSetUp.RECEIVE_FRAMES));
        }
        outbound = new RingOutbound(rings.sockets().getFirst(), counters, RingSetUp.TRANSMIT_FRAMES);
        features = describe(kernel.features(), transmit);
        addressesReadNs = System.nanoTime();
    }

    /**
     * Opens and binds a port.
     *
     * @throws FeatureUnavailableException if AF_XDP cannot be used here; the message names the capability, the kernel feature or the
     *     device's that is missing
     * @throws UncheckedIOException if the address cannot be bound
     */
    public static AfXdpPort open(AfXdpPortConfig config) {
        LinuxUdpPort kernel = LinuxUdpPort.open(config.kernel());
        RingSetUp rings = null;
        try {
            rings = RingSetUp.open(config, kernel.localAddress());
            AfXdpPort port = new AfXdpPort(config, kernel, rings);
            // Packets come from now on, and find frames to go to.
            rings.sockets().forEach(rings.steering()::add);
            kernel.alsoAwait(rings.sockets());
            return port;
        } catch (RuntimeException e) {
            if (rings != null) {
                rings.close();
            }
            kernel.close();
            throw e;
        }
    }

    @Override
    public InetSocketAddress localAddress() {
        return kernel.localAddress();
    }

    /**
     * {@inheritDoc}
     *
     * <p>The carrier is {@code afxdp}, or {@code afxdp-gso} if the kernel's socket sends; once the rings are lost, it is the kernel's
     * socket's.
     */
    @Override
    public PortFeatures features() {
        return rings == null ? kernel.features() : features;
    }

    /** What happened at the rings so far. */
    public PortCounters counters() {
        return counters;
    }

    /** What happened at the kernel's socket so far. */
    public PortCounters kernelCounters() {
        return kernel.counters();
    }

    /** More of what happened at the rings, until they were lost. */
    public AfXdpCounters ringCounters() {
        return rings == null ? lastCounters : readCounters();
    }

    /** Why the rings are of no more use; empty as long as they are. */
    public Optional<String> lossCause() {
        return Optional.ofNullable(lossCause);
    }

    /** The queues' receiving halves; none once the rings are lost. */
    List<RingInbound> queues() {
        return inbound;
    }

    @Override
    public int receive(DatagramReceiver receiver) {
        int count = 0;
        if (rings != null) {
            for (RingInbound queue : inbound) {
                count += queue.receive(receiver, Math.max(1, FRAMES_PER_RECEIVE / inbound.size()));
            }
            moderation.onReceived(count);
            followAddresses();
        }
        int fromKernel = kernel.receive(receiver);
        datagramsFromKernel += fromKernel;
        return count + fromKernel;
    }

    @Override
    public boolean send(DatagramTrain train) {
        if (train.isEmpty()) {
            return true;
        }
        if (train.destination().isUnresolved()) {
            throw new IllegalArgumentException("unresolved destination " + train.destination());
        }
        if (rings == null || transmit == Transmit.KERNEL) {
            return sendByKernel(train);
        }
        OutgoingFlow flow = flows.find(train.destination(), System.nanoTime());
        if (!flow.isByRings() || flow.takeUnconfirmed()) {
            return sendByKernel(train);
        }
        try {
            return outbound.send(train, flow);
        } catch (SystemCallException e) {
            loseRings(e.getMessage());
            return sendByKernel(train);
        }
    }

    @Override
    public void await(long timeoutNs) {
        if (timeoutNs > 0 && rings != null) {
            pump();
            noticeRemoval();
        }
        if (rings == null) {
            kernel.await(timeoutNs);
            return;
        }
        boolean more = hasFramesAtHand();
        boolean naps = moderation.isNapDue(System.nanoTime());
        long limitNs = more ? 0 : naps ? Math.min(timeoutNs, WakeupModeration.NAP_NS) : timeoutNs;
        kernel.watchOthers(!naps);
        kernel.await(outbound.isPending() ? Math.min(limitNs, PENDING_WAIT_NS) : limitNs);
    }

    @Override
    public void wakeup() {
        kernel.wakeup();
    }

    @Override
    public void close() {
        if (rings != null) {
            pump();
        }
        closeRings();
        kernel.close();
    }

    private boolean hasFramesAtHand() {
        for (RingInbound queue : inbound) {
            if (!queue.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private boolean sendByKernel(DatagramTrain train) {
        boolean taken = kernel.send(train);
        if (taken) {
            trainsByKernel++;
        }
        return taken;
    }

    private void pump() {
        try {
            outbound.pump();
        } catch (SystemCallException e) {
            loseRings(e.getMessage());
        }
    }

    /** A socket of a device that was removed is readable for ever, and says nothing. */
    private void noticeRemoval() {
        if (rings != null && flows.isDeviceGone(System.nanoTime())) {
            loseRings("the device " + rings.device().name() + " is gone");
        }
    }

    /** From here on the kernel's socket does everything: packets come to it as soon as the program is gone. */
    private void loseRings(String cause) {
        lossCause = cause;
        closeRings();
    }

    private void closeRings() {
        if (rings == null) {
            return;
        }
        lastCounters = readCounters();
        kernel.alsoAwait(List.of());
        RingSetUp closing = rings;
        rings = null;
        inbound = List.of();
        outbound = null;
        flows.close();
        closing.close();
    }

    /** Addresses of this host come and go; packets for one that is not known yet are counted, and make the port look. */
    private void followAddresses() {
        long foreign = 0;
        for (RingInbound queue : inbound) {
            foreign += queue.reader().counters().count(FrameVerdict.FOREIGN_ADDRESS);
        }
        if (foreign != foreignSeen && System.nanoTime() - addressesReadNs > ADDRESSES_FRESH_NS) {
            foreignSeen = foreign;
            addressesReadNs = System.nanoTime();
            LocalAddresses addresses = hostAddresses();
            inbound.forEach(queue -> queue.reader().addresses(addresses));
        }
    }

    private LocalAddresses hostAddresses() {
        InetAddress bound = kernel.localAddress().getAddress();
        return new LocalAddresses(bound.isAnyLocalAddress() ? flows.hostAddresses() : List.of(bound));
    }

    private AfXdpCounters readCounters() {
        Map<FrameVerdict, Long> frames = new EnumMap<>(FrameVerdict.class);
        long[] dropped = new long[6];
        long fromRings = 0;
        long wakeUps = 0;
        long droppedByDevice = 0;
        for (RingInbound queue : inbound) {
            queue.reader().counters().nonZero().forEach((verdict, count) -> frames.merge(verdict, count, Long::sum));
            Statistics of = queue.socket().statistics();
            long[] each = {
                of.receiveDropped(),
                of.receiveInvalid(),
                of.transmitInvalid(),
                of.receiveRingFull(),
                of.fillRingEmpty(),
                of.transmitRingEmpty()
            };
            for (int i = 0; i < each.length; i++) {
                dropped[i] += each[i];
            }
            fromRings += queue.datagrams();
            wakeUps += queue.socket().wakeUpCount();
            droppedByDevice += queue.socket().droppedCount();
        }
        return new AfXdpCounters(
                outbound.datagrams(),
                trainsByKernel,
                fromRings,
                datagramsFromKernel,
                Map.copyOf(frames),
                new Statistics(dropped[0], dropped[1], dropped[2], dropped[3], dropped[4], dropped[5]),
                wakeUps,
                droppedByDevice,
                flows.lookups());
    }

    private static PortFeatures describe(PortFeatures kernel, Transmit transmit) {
        return new PortFeatures(
                transmit == Transmit.RINGS ? "afxdp" : "afxdp-gso",
                kernel.trainSegmentsMax(),
                kernel.trainBytesMax(),
                kernel.mergesOnReceive(),
                kernel.reportsEcn(),
                kernel.marksEcn(),
                false);
    }
}
