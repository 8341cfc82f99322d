package io.packetfs.cli;

import io.packetfs.afxdp.port.AfXdpPortConfig.Transmit;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which network device's packets go past the kernel, for {@code --carrier afxdp} and {@code auto}. */
final class AfXdpOptions {
    @Option(
            names = "--dev",
            paramLabel = "IFACE",
            description = "Network device whose packets go past the kernel, with --carrier afxdp or auto.")
    String device;

    @Option(
            names = "--queue",
            paramLabel = "N[,N]",
            split = ",",
            description = "Receive queues of --dev to use (default all); packets in others go by the kernel.")
    List<Integer> queues;

    @Option(
            names = "--afxdp-transmit",
            paramLabel = "rings|kernel",
            defaultValue = "rings",
            description = "What sends with --carrier afxdp: the device's rings, or the kernel with its segmentation "
                    + "offload, which costs less on virtual links.")
    Transmit transmit;

    @Option(
            names = "--afxdp-pinned",
            paramLabel = "DIR",
            description = "Use what 'pfs-udp afxdp-setup' left there; this takes CAP_NET_RAW only.")
    Path pinned;

    /** What does not go together, in a sentence for the user; null if all does. */
    String conflict(PortChoice.Carrier carrier) {
        boolean isUsed = carrier == PortChoice.Carrier.AFXDP || carrier == PortChoice.Carrier.AUTO;
        boolean isGiven = device != null || queues != null || pinned != null || transmit != Transmit.RINGS;
        if (!isUsed) {
            return isGiven
                    ? "--dev, --queue, --afxdp-transmit and --afxdp-pinned go with --carrier afxdp or auto"
                    : null;
        }
        if (device == null) {
            return carrier == PortChoice.Carrier.AFXDP || isGiven ? "--carrier afxdp needs --dev" : null;
        }
        boolean isNumbered = queues == null
                || (queues.stream().allMatch(queue -> queue >= 0)
                        && queues.stream().distinct().count() == queues.size());
        return isNumbered ? null : "--queue takes numbers from 0 on, each once";
    }

    Optional<AfXdpChoice> choice() {
        return Optional.ofNullable(device)
                .map(name -> new AfXdpChoice(
                        name, queues == null ? List.of() : queues, transmit, Optional.ofNullable(pinned)));
    }

    void describe(Map<String, Object> config) {
        config.put("dev", device);
        config.put("queue", queues);
        config.put("afxdp_transmit", device == null ? null : transmit.name().toLowerCase(Locale.ROOT));
        config.put("afxdp_pinned", pinned == null ? null : pinned.toString());
    }
}
