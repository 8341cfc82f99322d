package io.packetfs.afxdp.port;

import io.packetfs.afxdp.AfXdp;
import io.packetfs.afxdp.Umem;
import io.packetfs.afxdp.UmemConfig;
import io.packetfs.afxdp.XdpFilter;
import io.packetfs.afxdp.XdpSteering;
import io.packetfs.afxdp.XskConfig;
import io.packetfs.afxdp.XskSocket;
import io.packetfs.linux.Bpf.XdpMode;
import io.packetfs.linux.Errno;
import io.packetfs.linux.Linux;
import io.packetfs.linux.NetworkDevices.NetworkDevice;
import io.packetfs.linux.NetworkTables;
import io.packetfs.linux.SystemCallException;
import io.packetfs.protocol.port.FeatureUnavailableException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Opens sockets on queues, and the program that leads packets to them.
 *
 * @param device where
 * @param umem what all sockets share
 * @param sockets one for each queue
 * @param steering map and program
 */
record RingSetUp(NetworkDevice device, Umem umem, List<XskSocket> sockets, XdpSteering steering)
        implements AutoCloseable {
    /** Frames of one queue on the way in: at 10 Gbit/s and 1400 bytes, what arrives in 2 ms. */
    static final int RECEIVE_FRAMES = 2048;

    /** Frames of one queue on the way out: sixteen full trains. */
    static final int TRANSMIT_FRAMES = 1024;

    static final String FEATURE = "carrier=afxdp";
    private static final int SMALL_CHUNK_BYTES = 2048;
    private static final int CHUNK_BYTES = 4096;

    /** An Ethernet header with room for a tag. */
    private static final int LINK_HEADER_BYTES = 18;

    /** What drivers let an XDP program see in one buffer at least; veth allows 3506. */
    private static final int ONE_BUFFER_MTU_MAX = 3_400;

    /**
     * Opens everything.
     *
     * @param local the port that packets must be for, and the address, if it is not the wildcard
     * @throws FeatureUnavailableException if this machine, this process or this device cannot; the message names what is missing
     */
    static RingSetUp open(AfXdpPortConfig config, InetSocketAddress local) {
        String cause = config.pinned().isPresent() ? AfXdp.unavailabilityCausePinned() : AfXdp.unavailabilityCause();
        if (cause != null) {
            throw new FeatureUnavailableException(FEATURE, cause, null);
        }
        NetworkDevice device = device(config.device());
        List<Integer> queues = queues(config, device);
        UmemConfig shape = UmemConfig.of(queues.size() * (RECEIVE_FRAMES + TRANSMIT_FRAMES))
                .withChunkBytes(chunkBytes(device.mtuBytes()));
        AfXdp.memoryCause(shape.bytes()).ifPresent(missing -> {
            throw new FeatureUnavailableException(FEATURE, missing, null);
        });
        List<AutoCloseable> opened = new ArrayList<>();
        try {
            return open(config, local, device, queues, Umem.map(shape), opened);
        } catch (UncheckedIOException | IllegalArgumentException e) {
            closeAll(opened);
            throw new FeatureUnavailableException(FEATURE, e.getMessage(), e);
        }
    }

    private static RingSetUp open(
            AfXdpPortConfig config,
            InetSocketAddress local,
            NetworkDevice device,
            List<Integer> queues,
            Umem umem,
            List<AutoCloseable> opened) {
        opened.add(umem);
        boolean multiBuffer = needsMultiBuffer(device);
        XdpFilter filter = XdpFilter.port(local.getPort(), local.getAddress());
        XdpSteering steering = config.pinned()
                .map(directory -> XdpSteering.openPinned(directory, device, filter))
                .orElseGet(() -> XdpSteering.attach(device, filter, multiBuffer));
        opened.add(steering);
        requireNative(steering, device);
        List<XskSocket> sockets = new ArrayList<>();
        for (int queue : queues) {
            XskSocket socket = XskSocket.open(
                    umem,
                    XskConfig.of(device, queue, RECEIVE_FRAMES + TRANSMIT_FRAMES)
                            .withEntries(RECEIVE_FRAMES, TRANSMIT_FRAMES)
                            .withMultiBuffer(multiBuffer));
            opened.add(socket);
            sockets.add(socket);
        }
        return new RingSetUp(device, umem, List.copyOf(sockets), steering);
    }

    @Override
    public void close() {
        steering.close();
        sockets.forEach(XskSocket::close);
        umem.close();
    }

    static boolean needsMultiBuffer(NetworkDevice device) {
        return device.mtuBytes() > ONE_BUFFER_MTU_MAX;
    }

    static NetworkDevice device(String name) {
        NetworkDevice device;
        try {
            device = Linux.networkDevices().find(name);
        } catch (SystemCallException e) {
            throw new FeatureUnavailableException(
                    FEATURE, e.is(Errno.ENODEV) ? "there is no network device " + name : e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new FeatureUnavailableException(FEATURE, e.getMessage(), e);
        }
        try (NetworkTables tables = Linux.openNetworkTables()) {
            if (tables.link(name).filter(link -> link.linkAddress() != 0).isEmpty()) {
                throw new FeatureUnavailableException(
                        FEATURE, "the device " + name + " is no Ethernet: it has no link address", null);
            }
        }
        return device;
    }

    private static List<Integer> queues(AfXdpPortConfig config, NetworkDevice device) {
        Optional<Integer> missing = config.queues().stream()
                .filter(queue -> queue >= device.receiveQueueCount())
                .findFirst();
        if (missing.isPresent()) {
            throw new FeatureUnavailableException(
                    FEATURE,
                    "the device " + device.name() + " has no queue " + missing.get() + ": it has "
                            + device.receiveQueueCount(),
                    null);
        }
        return config.queues().isEmpty()
                ? IntStream.range(0, device.receiveQueueCount()).boxed().toList()
                : config.queues();
    }

    /** Half the memory, and so within the usual limit of locked memory, where a packet fits. */
    private static int chunkBytes(int mtuBytes) {
        boolean fits = mtuBytes + LINK_HEADER_BYTES + Umem.KERNEL_HEADROOM_BYTES <= SMALL_CHUNK_BYTES;
        return fits ? SMALL_CHUNK_BYTES : CHUNK_BYTES;
    }

    /** Behind the driver the kernel has merged datagrams of senders with segmentation offload, and nobody could cut them again. */
    static void requireNative(XdpSteering steering, NetworkDevice device) {
        if (steering.mode().filter(mode -> mode != XdpMode.NATIVE).isPresent()) {
            throw new FeatureUnavailableException(
                    FEATURE,
                    "the driver of " + device.name() + " runs no XDP programs: " + steering.modeReason(),
                    null);
        }
    }

    private static void closeAll(List<AutoCloseable> opened) {
        for (AutoCloseable one : opened.reversed()) {
            try {
                one.close();
            } catch (Exception e) {
                throw new AssertionError("closing what was half opened", e);
            }
        }
    }
}
