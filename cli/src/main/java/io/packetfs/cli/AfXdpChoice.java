package io.packetfs.cli;

import io.packetfs.afxdp.port.AfXdpPort;
import io.packetfs.afxdp.port.AfXdpPortConfig;
import io.packetfs.afxdp.port.AfXdpPortConfig.Transmit;
import io.packetfs.linuxio.LinuxUdpPortConfig;
import io.packetfs.protocol.port.FeatureUnavailableException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A port over AF_XDP rings to be opened, and why that was not possible. One thread opens, and asks afterwards. */
final class AfXdpChoice {
    private final String device;
    private final List<Integer> queues;
    private final Transmit transmit;
    private final Optional<Path> pinned;
    private String refusal;

    /**
     * @param queues empty for all
     * @param pinned where the program was left that leads packets to the rings; absent to bring one
     */
    AfXdpChoice(String device, List<Integer> queues, Transmit transmit, Optional<Path> pinned) {
        this.device = device;
        this.queues = queues;
        this.transmit = transmit;
        this.pinned = pinned;
    }

    /**
     * Opens and binds it, beside a socket of the kernel's.
     *
     * @throws FeatureUnavailableException if this machine, process or device cannot
     */
    AfXdpPort open(LinuxUdpPortConfig kernel) {
        return AfXdpPort.open(new AfXdpPortConfig(kernel, device, queues, transmit, pinned));
    }

    /** As {@link #open}; absent if it cannot be, and then {@link #refusal} says why. */
    Optional<AfXdpPort> tryToOpen(LinuxUdpPortConfig kernel) {
        try {
            return Optional.of(open(kernel));
        } catch (FeatureUnavailableException e) {
            refusal = e.getMessage();
            return Optional.empty();
        }
    }

    /** Why {@link #tryToOpen} opened nothing; null if it did. */
    String refusal() {
        return refusal;
    }
}
