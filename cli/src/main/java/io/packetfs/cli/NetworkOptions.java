package io.packetfs.cli;

import io.packetfs.ackwindow.CongestionControllerSupplier;
import io.packetfs.endpoint.EndpointConfig;
import io.packetfs.protocol.port.Offload;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How packets are carried. */
final class NetworkOptions {
    private static final int DATAGRAM_BYTES_MAX = 65_507;
    private static final long IDLE_TIMEOUT_MS_MIN = 1_000;
    private static final long IDLE_TIMEOUT_MS_MAX = 600_000;

    @Option(
            names = "--carrier",
            paramLabel = "udp|tcp|afxdp|auto",
            defaultValue = "udp",
            description =
                    "What packets travel in (default ${DEFAULT-VALUE}): datagrams; streams, if the other side says the "
                            + "same; datagrams past the kernel on --dev; or those if possible, else by the kernel.")
    PortChoice.Carrier carrier;

    @Option(
            names = "--io",
            paramLabel = "auto|linux|epoll|nio",
            defaultValue = "auto",
            description =
                    "What moves them: the kernel's own calls (udp only), or Netty; auto takes the first that works.")
    PortChoice.Io io;

    @Option(
            names = "--gso",
            paramLabel = "auto|on|off",
            defaultValue = "auto",
            description = "Segmentation offload for sending.")
    Offload gso;

    @Option(
            names = "--gro",
            paramLabel = "auto|on|off",
            defaultValue = "auto",
            description = "Merging of datagrams on receiving.")
    Offload gro;

    @Option(
            names = "--datagram",
            paramLabel = "auto|BYTES",
            defaultValue = "auto",
            converter = DatagramConverter.class,
            description = "UDP payload, 1200 to 65507; auto probes the path.")
    DatagramBytes datagram;

    @Option(
            names = "--stall-timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = Units.DurationConverter.class,
            description = "Leave when nothing moves for so long (default ${DEFAULT-VALUE}).")
    Duration stallTimeout;

    @Mixin
    AfXdpOptions afXdp;

    /**
     * The size of datagrams.
     *
     * @param bytes 0 if the path is to be probed
     */
    record DatagramBytes(int bytes) {
        @Override
        public String toString() {
            return bytes == 0 ? "auto" : Integer.toString(bytes);
        }
    }

    /** Reads {@code auto} or a count of bytes. */
    static final class DatagramConverter implements ITypeConverter<DatagramBytes> {
        @Override
        public DatagramBytes convert(String value) {
            if (value.equals("auto")) {
                return new DatagramBytes(0);
            }
            try {
                int bytes = Integer.parseInt(value);
                if (bytes >= EndpointConfig.DATAGRAM_BYTES_MIN && bytes <= DATAGRAM_BYTES_MAX) {
                    return new DatagramBytes(bytes);
                }
            } catch (NumberFormatException e) {
                // Falls through: whatever is no number is out of range as well.
            }
            throw new TypeConversionException("'" + value + "' is neither auto nor a size from 1200 to 65507");
        }
    }

    PortChoice port(InetSocketAddress bindAddress) {
        return new PortChoice(carrier, true, bindAddress, io, gso, gro, afXdp.choice());
    }

    /** The port of a rehearsal on this host, which no network device leads to. */
    PortChoice rehearsalPort(InetSocketAddress bindAddress) {
        PortChoice.Carrier sameFamily = isDatagrams() ? PortChoice.Carrier.UDP : carrier;
        return new PortChoice(sameFamily, true, bindAddress, io, gso, gro, Optional.empty());
    }

    /** Whether packets are datagrams, whatever carries them. */
    boolean isDatagrams() {
        return carrier != PortChoice.Carrier.TCP;
    }

    /** What does not go together, in a sentence for the user; null if all does. */
    String conflict() {
        String rings = afXdp.conflict(carrier);
        if (rings != null || carrier == PortChoice.Carrier.UDP || carrier == PortChoice.Carrier.AUTO) {
            return rings;
        }
        if (carrier == PortChoice.Carrier.AFXDP) {
            return io == PortChoice.Io.AUTO || io == PortChoice.Io.LINUX
                    ? null
                    : "--carrier afxdp goes by the kernel's own calls, so --io epoll and nio make no sense with it";
        }
        if (io == PortChoice.Io.LINUX) {
            return "--io linux moves datagrams, so it makes no sense with --carrier tcp";
        }
        if (gso == Offload.ON || gro == Offload.ON) {
            return "--gso and --gro are for datagrams, so on makes no sense with --carrier tcp";
        }
        return datagram.bytes() == 0 ? null : "--datagram is for datagrams, so it makes no sense with --carrier tcp";
    }

    /** The engine's configuration, as far as these options say. */
    EndpointConfig.Builder config(CongestionControllerSupplier congestion, Duration connectTimeout) {
        long idleTimeoutMs = Math.clamp(stallTimeout.toMillis(), IDLE_TIMEOUT_MS_MIN, IDLE_TIMEOUT_MS_MAX);
        EndpointConfig.Builder config = EndpointConfig.builder(congestion)
                .connectTimeoutNs(connectTimeout.toNanos())
                .idleTimeoutMs(Math.toIntExact(idleTimeoutMs));
        return datagram.bytes() == 0 ? config : config.datagramBytes(datagram.bytes(), datagram.bytes());
    }

    void describe(Map<String, Object> config) {
        config.put("carrier", carrier.name().toLowerCase(Locale.ROOT));
        config.put("io", io.name().toLowerCase(Locale.ROOT));
        config.put("gso", gso.name().toLowerCase(Locale.ROOT));
        config.put("gro", gro.name().toLowerCase(Locale.ROOT));
        afXdp.describe(config);
        config.put("datagram", datagram.toString());
        config.put("stall_timeout_s", stallTimeout.toMillis() / 1_000.0);
    }
}
