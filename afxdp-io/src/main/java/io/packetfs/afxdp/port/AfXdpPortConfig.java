package io.packetfs.afxdp.port;

import io.packetfs.linuxio.LinuxUdpPortConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How to open an {@link AfXdpPort}.
 *
 * @param kernel the UDP socket beside the rings, and the address that both have
 * @param device the network device whose packets go past the kernel
 * @param queues its receive queues that do, each once; empty for all
 * @param transmit what sends
 * @param pinned where a program that was attached before is named in a file system of type bpf; absent to attach one
 */
public record AfXdpPortConfig(
        LinuxUdpPortConfig kernel, String device, List<Integer> queues, Transmit transmit, Optional<Path> pinned) {
    /** What sends. */
    public enum Transmit {
        /** The rings, wherever they lead; the kernel's socket elsewhere. */
        RINGS,
        /** The kernel's socket always, with its segmentation offload: on virtual links that costs the least. */
        KERNEL
    }

    public AfXdpPortConfig {
        Objects.requireNonNull(kernel, "kernel");
        Objects.requireNonNull(transmit, "transmit");
        Objects.requireNonNull(pinned, "pinned");
        queues = List.copyOf(queues);
        if (device.isEmpty()) {
            throw new IllegalArgumentException("a device without a name");
        }
        if (queues.stream().distinct().count() != queues.size()
                || queues.stream().anyMatch(queue -> queue < 0)) {
            throw new IllegalArgumentException("queues " + queues + ": each once, from 0 on");
        }
    }

    /** All queues, rings both ways, a program of its own. */
    public static AfXdpPortConfig on(LinuxUdpPortConfig kernel, String device) {
        return new AfXdpPortConfig(kernel, device, List.of(), Transmit.RINGS, Optional.empty());
    }

    public AfXdpPortConfig withQueues(List<Integer> value) {
        return new AfXdpPortConfig(kernel, device, value, transmit, pinned);
    }

    public AfXdpPortConfig withTransmit(Transmit value) {
        return new AfXdpPortConfig(kernel, device, queues, value, pinned);
    }
}
