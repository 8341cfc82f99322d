package io.packetfs.bench.loopback;

import io.netty.channel.epoll.Epoll;
import io.packetfs.bench.loopback.EndOptions.Kind;
import io.packetfs.cli.InstalledProgram;
import io.packetfs.linuxio.LinuxUdpPort;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** All contenders by name, in the order of the report. */
final class Contenders {
    /** Agrona's buffers, which Aeron's driver uses, throw without. */
    private static final List<String> AERON_FLAGS = List.of(
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED", "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");

    private final Map<String, Contender> known = new LinkedHashMap<>();
    private final List<String> usual = new ArrayList<>();

    private Contenders() {}

    /**
     * All there are.
     *
     * @param windowsBytes what engines may have in flight, one contender for each; if there are none, congestion control decides
     */
    static Contenders with(List<Long> windowsBytes) {
        Contenders all = new Contenders();
        all.addPumps();
        all.addEngines(windowsBytes);
        all.addStreams();
        all.addPeers();
        return all;
    }

    /** Names of those that are measured unless others are asked for. */
    List<String> usual() {
        return usual;
    }

    /** All names. */
    List<String> names() {
        return List.copyOf(known.keySet());
    }

    /** The one of this name, or else those whose names begin with it and a hyphen. */
    List<Contender> named(String name) {
        Contender exact = known.get(name);
        return exact != null
                ? List.of(exact)
                : known.values().stream()
                        .filter(contender -> contender.name().startsWith(name + "-"))
                        .toList();
    }

    private void addPumps() {
        EndOptions pump = EndOptions.of(Kind.PUMP);
        usual(pair("pump", "no reliability, the kernel's own calls: the limit", pump));
        usual(pair("pump-cold", "the same, its payload copied from a source that no cache holds", pump.cold()));
        usual(new EndPair(
                "pump-netty",
                "no reliability, Netty's epoll with offloads",
                List.of(),
                EndOptions.of(Kind.NETTY_PUMP),
                Contenders::epollCause));
        add(pair("pump-epoll", "no reliability, our port over Netty's epoll", pump.over(PortKind.EPOLL)));
        add(pair("pump-linux-plain", "no reliability, a call per datagram", pump.over(PortKind.LINUX_PLAIN)));
        add(pair("pump-epoll-plain", "no reliability, sendmmsg", pump.over(PortKind.EPOLL_PLAIN)));
        add(pair("pump-nio", "no reliability, Java's channels", pump.over(PortKind.NIO)));
    }

    private void addEngines(List<Long> windowsBytes) {
        for (boolean sealed : new boolean[] {false, true}) {
            for (PortKind io : List.of(PortKind.LINUX, PortKind.EPOLL)) {
                String name = "pfs-udp-" + (sealed ? "sealed" : "insecure") + "-"
                        + (io == PortKind.LINUX ? "linux" : "epoll");
                String what = (sealed ? "sealed, AES-256-GCM, " : "check-summed, ")
                        + (io == PortKind.LINUX ? "the kernel's own calls" : "Netty's epoll");
                EndOptions options = EndOptions.of(Kind.PFS_UDP).over(io).sealed(sealed);
                if (windowsBytes.isEmpty()) {
                    usual(pair(name, what, options));
                    if (io == PortKind.LINUX) {
                        usual(pair(name + "-cold", what + ", from a source that no cache holds", options.cold()));
                    }
                }
                for (long windowBytes : windowsBytes) {
                    String size = windowBytes % (1 << 20) == 0 ? (windowBytes >> 20) + "M" : Long.toString(windowBytes);
                    usual(pair(
                            name + "-" + size,
                            what + ", a window of " + size + " kept full",
                            options.window(windowBytes)));
                }
            }
        }
    }

    private void addStreams() {
        for (boolean sealed : new boolean[] {false, true}) {
            usual(pair(
                    "pfs-tcp-" + (sealed ? "sealed" : "insecure"),
                    (sealed ? "sealed, AES-256-GCM, " : "check-summed, ") + "the same grams over TCP, Netty's epoll",
                    EndOptions.of(Kind.PFS_UDP).over(PortKind.TCP).sealed(sealed)));
        }
    }

    private void addPeers() {
        EndOptions aeron = EndOptions.of(Kind.AERON);
        // the faster of the two on two cores
        usual(new EndPair(
                "aeron",
                "Aeron, MTU 1408, media driver within each process on three threads",
                AERON_FLAGS,
                aeron.variant("dedicated"),
                () -> null));
        add(new EndPair(
                "aeron-shared",
                "Aeron, MTU 1408, media driver within each process on one thread",
                AERON_FLAGS,
                aeron.variant("shared"),
                () -> null));
        usual(new EndPair(
                "quic",
                "QUIC by Netty's codec, one stream, offloads, CUBIC",
                List.of(),
                EndOptions.of(Kind.QUIC),
                QuicSettings::unavailabilityCause));
        Path iperf3 = InstalledProgram.find("iperf3");
        usual(new Iperf3Tcp("tcp-bbr", "bbr", iperf3));
        usual(new Iperf3Tcp("tcp-cubic", "cubic", iperf3));
        usual(new SshCopy("scp"));
        usual(new SshCopy("rsync"));
    }

    private static EndPair pair(String name, String what, EndOptions options) {
        Supplier<String> cause = options.io() == PortKind.LINUX || options.io() == PortKind.LINUX_PLAIN
                ? LinuxUdpPort::unavailabilityCause
                : options.io() == PortKind.NIO ? () -> null : Contenders::epollCause;
        return new EndPair(name, what, List.of(), options, cause);
    }

    private void usual(Contender contender) {
        add(contender);
        usual.add(contender.name());
    }

    private void add(Contender contender) {
        known.put(contender.name(), contender);
    }

    private static String epollCause() {
        return Epoll.isAvailable() ? null : "Netty's epoll does not work here: " + Epoll.unavailabilityCause();
    }
}
