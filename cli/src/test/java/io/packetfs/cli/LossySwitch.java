package io.packetfs.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packetfs.afxdp.AfXdp;
import io.packetfs.linux.ProcessCapability;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Two hosts, {@code a} and {@code b}, at a switch that loses packets: network namespaces with veth pairs to a bridge. Packets over rings pass
 * the sender's queueing by, so it is the switch that loses them, by a program of four instructions at each of its ports.
 */
final class LossySwitch {
    static final String DEVICE = "port0";

    private final String prefix = "xf" + ProcessHandle.current().pid();

    private LossySwitch() {}

    /** Makes it, or skips the test and says why. */
    static LossySwitch open(int mtuBytes, double lossRatio) throws IOException, InterruptedException {
        assumeTrue(AfXdp.isAvailable(), AfXdp.unavailabilityCause());
        assumeTrue(
                ProcessCapability.effective().contains(ProcessCapability.CAP_SYS_ADMIN),
                "network namespaces take CAP_SYS_ADMIN");
        LossySwitch lossy = new LossySwitch();
        StringBuilder script = new StringBuilder("set -e\n");
        script.append("ip netns add %1$s; ip -n %1$s link add hub mtu %2$d type bridge; ip -n %1$s link set hub up\n"
                .formatted(lossy.prefix, mtuBytes));
        for (String host : List.of("a", "b")) {
            script.append(("ip netns add %1$s%2$s; "
                            + "ip -n %1$s link add to%2$s mtu %3$d type veth peer name %4$s mtu %3$d netns %1$s%2$s; "
                            + "ip -n %1$s link set to%2$s master hub up; ip -n %1$s%2$s link set lo up; "
                            + "ip -n %1$s%2$s link set %4$s up; ip -n %1$s%2$s addr add %5$s/24 dev %4$s; "
                            + "ip -n %1$s%2$s addr add %6$s/64 dev %4$s nodad\n")
                    .formatted(lossy.prefix, host, mtuBytes, DEVICE, ipv4(host), ipv6(host)));
            if (lossRatio > 0) {
                script.append(("ip netns exec %1$s tc qdisc add dev to%2$s ingress; "
                                + "ip netns exec %1$s tc filter add dev to%2$s parent ffff: protocol all prio 1 bpf da bytecode "
                                + "'4,32 0 0 4294963256,53 0 1 %3$d,6 0 0 0,6 0 0 2'\n")
                        .formatted(lossy.prefix, host, (long) (lossRatio * (1L << 32))));
            }
        }
        try {
            run(script.toString());
            return lossy;
        } catch (IOException e) {
            lossy.close();
            throw e;
        }
    }

    static String ipv4(String host) {
        return "10.66.0." + (host.equals("a") ? 1 : 2);
    }

    static String ipv6(String host) {
        return "fd66::" + (host.equals("a") ? 1 : 2);
    }

    /** What to put before a command, so that it runs on a host. */
    List<String> at(String host) {
        return List.of("ip", "netns", "exec", prefix + host);
    }

    /** What {@code ip link} says of a host's device. */
    String device(String host) throws IOException, InterruptedException {
        return run("ip -n " + prefix + host + " link show dev " + DEVICE);
    }

    /** Removes it; to be called once, after the test. */
    void close() throws IOException, InterruptedException {
        run("for n in %1$sa %1$sb %1$s; do ip netns del $n 2>/dev/null; done; true".formatted(prefix));
    }

    static String run(String script) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder("sh", "-c", script).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(script + ": " + output);
        }
        return output;
    }
}
