package io.packetfs.cli;

import io.packetfs.transfer.Texts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The kernel's TCP, as it is measured by iperf3. */
public final class KernelTcp {
    private static final Path ALGORITHMS = Path.of("/proc/sys/net/ipv4/tcp_available_congestion_control");

    private KernelTcp() {}

    /**
     * Why it cannot be measured here with a congestion control, such as {@code bbr}; null if it can.
     *
     * @param iperf3 null if this machine has none
     */
    public static String unavailabilityCause(Path iperf3, String congestion) {
        if (iperf3 == null) {
            return "iperf3 is not installed";
        }
        try {
            List<String> available =
                    Arrays.asList(Files.readString(ALGORITHMS).strip().split(" ", -1));
            return available.contains(congestion) ? null : "this kernel has no TCP congestion control " + congestion;
        } catch (IOException e) {
            return "this kernel does not tell its TCP congestion controls: " + Texts.reason(e);
        }
    }
}
