package io.packetfs.afxdp;

import io.packetfs.linux.Bpf.XdpMode;
import io.packetfs.linux.BpfObject;
import io.packetfs.linux.Errno;
import io.packetfs.linux.Linux;
import io.packetfs.linux.NetworkDevices.NetworkDevice;
import io.packetfs.linux.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The way of a device's packets to sockets: map, program and attachment in one. Either made here, which takes CAP_BPF and
 * CAP_NET_ADMIN, and gone when it is closed or the process ends; or made before by somebody who had them, and found by the names that
 * {@link #pin} gave, which takes no privilege beyond the right to open those files.
 */
public final class XdpSteering implements AutoCloseable {
    private static final String MAP_NAME_PREFIX = "pfs_xsk_";
    private static final String MAP_FILE = "map";
    private static final String LINK_FILE = "link";

    private final XskMap map;
    private final XdpAttachment attachment;

    private XdpSteering(XskMap map, XdpAttachment attachment) {
        this.map = map;
        this.attachment = attachment;
    }

    /**
     * Makes map and program and lets the program run at the device. Until sockets are put in, all packets go on to the kernel.
     *
     * @param multiBuffer whether packets may come in several buffers, which larger MTUs than about 3500 bytes need
     * @throws AfXdpException if another program runs at the device
     * @throws SystemCallException if a privilege or a feature is missing; nothing is left behind then
     */
    public static XdpSteering attach(NetworkDevice device, XdpFilter filter, boolean multiBuffer) {
        XskMap map = XskMap.create(MAP_NAME_PREFIX + filter.port(), device.receiveQueueCount());
        try (XdpProgram program = XdpProgram.load(filter, map, multiBuffer)) {
            return new XdpSteering(map, program.attach(device));
        } catch (Throwable e) {
            map.close();
            throw e;
        }
    }

    /**
     * Uses what {@link #pin} left.
     *
     * @throws IllegalArgumentException if that belongs to another device or port
     * @throws SystemCallException if there is nothing, or this process may not open it
     */
    public static XdpSteering openPinned(Path directory, NetworkDevice device, XdpFilter filter) {
        try (BpfObject link = Linux.bpf().openPinned(directory.resolve(LINK_FILE))) {
            int deviceIndex = Linux.bpf().linkDeviceIndex(link);
            if (deviceIndex != device.index()) {
                throw new IllegalArgumentException("the program pinned in " + directory + " runs at device "
                        + deviceIndex + ", and not at " + device.name() + ", which is " + device.index());
            }
        }
        XskMap map = XskMap.openPinned(directory.resolve(MAP_FILE));
        if (!map.name().equals(MAP_NAME_PREFIX + filter.port())) {
            map.close();
            throw new IllegalArgumentException(
                    "the map pinned in " + directory + " is " + map.name() + ", and not one for port " + filter.port());
        }
        return new XdpSteering(map, null);
    }

    /**
     * Names map and attachment in a directory of a file system of type bpf, which is made if it is not there. The program runs on then
     * until {@link #unpin}, also without this process.
     *
     * @throws SystemCallException with {@link Errno#EEXIST} if there are such names already; nothing is pinned then
     */
    public void pin(Path directory) throws IOException {
        if (attachment == null) {
            throw new IllegalStateException("this is pinned already");
        }
        Files.createDirectories(directory);
        map.pin(directory.resolve(MAP_FILE));
        try {
            attachment.pin(directory.resolve(LINK_FILE));
        } catch (RuntimeException e) {
            Files.deleteIfExists(directory.resolve(MAP_FILE));
            throw e;
        }
    }

    /** The names that {@link #pin} gives. */
    public static List<Path> names(Path directory) {
        return List.of(directory.resolve(LINK_FILE), directory.resolve(MAP_FILE));
    }

    /** Removes the names, and the directory if it is empty then: the program ends with the last process that has it open. */
    public static void unpin(Path directory) throws IOException {
        Files.deleteIfExists(directory.resolve(LINK_FILE));
        Files.deleteIfExists(directory.resolve(MAP_FILE));
        Files.deleteIfExists(directory);
    }

    /** Lets the packets of the socket's queue that the filter names go to the socket. */
    public void add(XskSocket socket) {
        map.put(socket);
    }

    /** Lets the packets of the socket's queue go on to the kernel again; closing the socket does that too. */
    public void remove(XskSocket socket) {
        map.remove(socket.config().queue());
    }

    /** Where the program runs; absent for a pinned one. */
    public Optional<XdpMode> mode() {
        return Optional.ofNullable(attachment).map(XdpAttachment::mode);
    }

    /** Why it does not run in the driver, as a sentence; empty if it does, or is a pinned one. */
    public String modeReason() {
        return attachment == null ? "" : attachment.modeReason();
    }

    /** Detaches the program unless it is pinned. Idempotent. */
    @Override
    public void close() {
        if (attachment != null) {
            attachment.close();
        }
        map.close();
    }
}
