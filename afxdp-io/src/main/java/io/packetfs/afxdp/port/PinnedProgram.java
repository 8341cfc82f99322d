package io.packetfs.afxdp.port;

import io.packetfs.afxdp.AfXdp;
import io.packetfs.afxdp.XdpFilter;
import io.packetfs.afxdp.XdpSteering;
import io.packetfs.linux.NetworkDevices.NetworkDevice;
import io.packetfs.protocol.port.FeatureUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;

/**
 * A program that somebody with CAP_BPF and CAP_NET_ADMIN leaves at a device, for ports that then need CAP_NET_RAW only ({@link
 * AfXdpPortConfig#pinned()}). As long as no port has put sockets in, all packets go on to the kernel.
 */
public final class PinnedProgram {
    private PinnedProgram() {}

    /**
     * Lets a program run at a device, and names it and its map in a directory of a file system of type bpf.
     *
     * @param local the port that packets must be for, and their address, if it is not the wildcard
     * @throws FeatureUnavailableException if this machine, process or device cannot; the message names what is missing
     * @throws IOException if the names cannot be given
     */
    public static void leave(String device, InetSocketAddress local, Path directory) throws IOException {
        String cause = AfXdp.unavailabilityCause();
        if (cause != null) {
            throw new FeatureUnavailableException(RingSetUp.FEATURE, cause, null);
        }
        NetworkDevice found = RingSetUp.device(device);
        XdpFilter filter = XdpFilter.port(local.getPort(), local.getAddress());
        try (XdpSteering steering = XdpSteering.attach(found, filter, RingSetUp.needsMultiBuffer(found))) {
            RingSetUp.requireNative(steering, found);
            steering.pin(directory);
        } catch (UncheckedIOException e) {
            throw new FeatureUnavailableException(RingSetUp.FEATURE, e.getMessage(), e);
        }
    }

    /** Gives directory and names to a user, whose ports may use them then. */
    public static void giveTo(Path directory, UserPrincipal user) throws IOException {
        Files.setOwner(directory, user);
        for (Path name : XdpSteering.names(directory)) {
            Files.setOwner(name, user);
        }
    }

    /** Removes the names; the program ends with the last port that uses it. */
    public static void remove(Path directory) throws IOException {
        XdpSteering.unpin(directory);
    }
}
