package io.packetfs.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.TypeConversionException;

/** Whom this program can send over a wire, by name. */
final class WanContenders {
    /** As options name them. */
    static final List<String> NAMES = List.of("pfs-udp", "pfs-udp-cubic", "tcp-bbr", "tcp-cubic");

    private static final int TCP_PORT = 5201;

    private WanContenders() {}

    /**
     * Those of these names, each able to run while the others do.
     *
     * @throws TypeConversionException if there is none of a name
     */
    static List<WanContender> named(List<String> names) {
        Path iperf3 = InstalledProgram.find("iperf3");
        List<WanContender> chosen = new ArrayList<>();
        for (String name : names) {
            chosen.add(named(name, iperf3, TCP_PORT + chosen.size()));
        }
        return chosen;
    }

    private static WanContender named(String name, Path iperf3, int tcpPort) {
        return switch (name) {
            case "pfs-udp" -> new WanTransfer(name, "bbr");
            case "pfs-udp-cubic" -> new WanTransfer(name, "cubic");
            case "tcp-bbr" -> new WanTcp(name, "bbr", iperf3, tcpPort);
            case "tcp-cubic" -> new WanTcp(name, "cubic", iperf3, tcpPort);
            default -> throw new TypeConversionException("there is no " + name + ", only " + String.join(", ", NAMES));
        };
    }
}
