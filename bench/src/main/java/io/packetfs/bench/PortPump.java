package io.packetfs.bench;

import io.packetfs.linuxio.LinuxUdpPort;
import io.packetfs.linuxio.LinuxUdpPortConfig;
import io.packetfs.nettyio.NettyUdpPort;
import io.packetfs.nettyio.NettyUdpPortConfig;
import io.packetfs.nettyio.UdpIo;
import io.packetfs.protocol.port.DatagramPort;
import io.packetfs.protocol.port.DatagramReceiver;
import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.port.Offload;
import io.packetfs.protocol.port.PortFeatures;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * Pumps datagrams one way over loopback from one process to another, each on a core of its own, without any reliability, and prints
 * what was sent, what arrived and what it cost: the ceiling for everything built upon a port. Kinds of port take turns, round by round,
 * so that they are compared on the same machine in the same mood.
 *
 * <p>{@code PortPump KIND[,KIND...] [seconds] [rounds] [DATAGRAM_BYTES[,...]]}, each kind one of {@code linux}, {@code linux-plain}, {@code
 * epoll}, {@code epoll-plain}, {@code nio} and {@code bare}, which is Netty by its usual event loops; {@code -plain} is without
 * offloads. {@code PortPump open KIND} prints how long it takes to open a port of a kind in this fresh JVM.
 */
final class PortPump {
    private static final int PORT_MIN = 20_000;
    private static final int PORT_COUNT = 10_000;
    private static final long WAIT_NS = 50_000_000;

    private PortPump() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length == 5 && args[0].equals("send")) {
            send(args[1], Long.parseLong(args[2]), Integer.parseInt(args[3]), Integer.parseInt(args[4]));
        } else if (args.length == 5 && args[0].equals("receive")) {
            receive(args[1], Long.parseLong(args[2]), Integer.parseInt(args[3]));
        } else if (args.length == 2 && args[0].equals("open")) {
            open(args[1]);
        } else {
            compare(
                    (args.length > 0 ? args[0] : "linux,epoll").split(",", -1),
                    args.length > 1 ? Long.parseLong(args[1]) : 4,
                    args.length > 2 ? Integer.parseInt(args[2]) : 3,
                    (args.length > 3 ? args[3] : "1472").split(",", -1));
        }
    }

    private static void compare(String[] kinds, long seconds, int rounds, String[] sizes)
            throws IOException, InterruptedException {
        final Map<String, List<PumpResult[]>> results = new LinkedHashMap<>();
        System.out.println(
                "datagrams kind             sent  received GB/s   CPU s/GiB sent  received   B allocated/train");
        for (int round = 0; round < rounds; round++) {
            for (final String size : sizes) {
                for (final String kind : kinds) {
                    final String name = String.format("%9s %-12s", size, kind);
                    final PumpResult[] pair = runPair(kind, seconds, size);
                    results.computeIfAbsent(name, key -> new ArrayList<>()).add(pair);
                    print(name, List.<PumpResult[]>of(pair));
                }
            }
        }
        System.out.println("medians");
        results.forEach(PortPump::print);
    }

    /** Returns the sender's result and the receiver's. */
    private static PumpResult[] runPair(String kind, long seconds, String size)
            throws IOException, InterruptedException {
        final int port = PORT_MIN + (int) (System.nanoTime() % PORT_COUNT);
        final Process receiver = start(1, "receive", kind, seconds + 2, port, size);
        TimeUnit.SECONDS.sleep(1);
        final Process sender = start(0, "send", kind, seconds, port, size);
        return new PumpResult[] {result(sender), result(receiver)};
    }

    private static Process start(int core, String role, String kind, long seconds, int port, String size)
            throws IOException {
        final List<String> command = new ArrayList<>();
        if (System.getProperty("os.name").equals("Linux")) {
            command.addAll(List.of("taskset", "-c", Integer.toString(core)));
        }
        command.addAll(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                PortPump.class.getName(),
                role,
                kind,
                Long.toString(seconds),
                Integer.toString(port),
                size));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static PumpResult result(Process pump) throws IOException, InterruptedException {
        final String line = new String(pump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (pump.waitFor() != 0) {
            throw new IllegalStateException("a pump failed: " + line);
        }
        return PumpResult.parse(line);
    }

    private static void print(String name, List<PumpResult[]> pairs) {
        System.out.println(String.format(
                Locale.ROOT,
                "%s %8.2f %9.2f %20.3f %9.3f %11.0f %6.0f   %s",
                name,
                median(pairs, 0, PumpResult::gigabytesPerSecond),
                median(pairs, 1, PumpResult::gigabytesPerSecond),
                median(pairs, 0, PumpResult::cpuSecondsPerGib),
                median(pairs, 1, PumpResult::cpuSecondsPerGib),
                median(pairs, 0, result -> result.allocatedBytesPer(PortFeatures.UDP_PAYLOAD_BYTES_MAX)),
                median(pairs, 1, result -> result.allocatedBytesPer(PortFeatures.UDP_PAYLOAD_BYTES_MAX)),
                pairs.getFirst()[1].carrier()));
    }

    private static double median(List<PumpResult[]> pairs, int end, ToDoubleFunction<PumpResult> figure) {
        final double[] figures =
                pairs.stream().map(pair -> pair[end]).mapToDouble(figure).toArray();
        Arrays.sort(figures);
        return figures[figures.length / 2];
    }

    private static void open(String kind) {
        final long startNs = System.nanoTime();
        try (DatagramPort port = open(kind, 0)) {
            final double elapsedMs = (System.nanoTime() - startNs) / 1e6;
            System.out.println(
                    String.format(Locale.ROOT, "%s %.0f ms", port.features().carrier(), elapsedMs));
        }
    }

    private static DatagramPort open(String kind, int port) {
        final InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        final NettyUdpPortConfig netty = NettyUdpPortConfig.on(address);
        final LinuxUdpPortConfig linux = LinuxUdpPortConfig.on(address);
        return switch (kind) {
            case "linux" -> LinuxUdpPort.open(linux);
            case "linux-plain" -> LinuxUdpPort.open(linux.withGso(Offload.OFF).withGro(Offload.OFF));
            case "epoll" -> NettyUdpPort.open(netty.withIo(UdpIo.EPOLL));
            case "epoll-plain" ->
                NettyUdpPort.open(netty.withIo(UdpIo.EPOLL).withGso(Offload.OFF).withGro(Offload.OFF));
            case "nio" -> NettyUdpPort.open(netty.withIo(UdpIo.NIO));
            default -> throw new IllegalArgumentException("no kind of port: " + kind);
        };
    }

    private static void send(String kind, long seconds, int port, int datagramBytes) throws InterruptedException {
        final DatagramTrain train = new DatagramTrain(PortFeatures.UDP_PAYLOAD_BYTES_MAX);
        train.reset(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                datagramBytes,
                PortFeatures.GSO_SEGMENTS_MAX);
        while (train.hasRoom()) {
            train.append(datagramBytes);
        }
        if (kind.equals("bare")) {
            BareNettyPump.send(seconds, train);
            return;
        }
        final PumpMeter meter = new PumpMeter(seconds);
        try (DatagramPort sender = open(kind, 0)) {
            while (meter.goesOn()) {
                if (sender.send(train)) {
                    meter.count(train.length());
                } else {
                    sender.await(WAIT_NS);
                }
            }
            meter.print(sender.features().carrier());
        }
    }

    private static void receive(String kind, long seconds, int port) throws InterruptedException {
        if (kind.equals("bare")) {
            BareNettyPump.receive(seconds, port);
            return;
        }
        final PumpMeter meter = new PumpMeter(seconds);
        final DatagramReceiver counting = (source, memory, length, segmentBytes, ecn) -> meter.count(length);
        try (DatagramPort receiver = open(kind, port)) {
            while (meter.goesOn()) {
                final int count = receiver.receive(counting);
                if (count == 0) {
                    receiver.await(WAIT_NS);
                }
            }
            meter.print(receiver.features().carrier());
        }
    }
}
