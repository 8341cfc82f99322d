package io.packetfs.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the kernel says of a network that was made for this test: one child process in a namespace of its own answers all questions. */
@Timeout(60)
@OnLinux
class NetworkTablesTest {
    private static final String SET_UP = String.join(
            ";",
            "set -e",
            "ip link add near address 02:00:00:00:00:0a type veth peer name far address 02:00:00:00:00:0b",
            "ip link set near mtu 1400 up; ip link set far up; ip link set lo up",
            "ip addr add 10.77.0.1/24 dev near; ip addr add fd77::1/64 dev near nodad",
            "ip route add 10.78.0.0/16 via 10.77.0.9 mtu 1280",
            "ip route add 10.79.0.0/16 via inet6 fd77::9 dev near",
            "ip route add fd78::/64 via fd77::9",
            "ip route add unreachable 10.80.0.0/16",
            "ip route add unreachable fd80::/64",
            "ip neigh add 10.77.0.9 lladdr 02:00:00:00:00:0c dev near nud permanent",
            "ip neigh add fd77::9 lladdr 02:00:00:00:00:0d dev near nud stale",
            "exec \"$0\" \"$@\"");

    private static List<String> answers;

    @BeforeAll
    static void ask() throws IOException, InterruptedException {
        boolean available = false;
        try {
            available = new ProcessBuilder("unshare", "-rn", "ip", "link", "add", "near", "type", "veth")
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            // one of the two is not installed
        }
        assumeTrue(available, "no network namespaces with veth pairs here");
        Process process = new ProcessBuilder(
                        "unshare",
                        "-rn",
                        "sh",
                        "-c",
                        SET_UP,
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Questions.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        answers = output.lines().toList();
    }

    @Test
    void aLinkTellsItsAddressAndItsMtu() {
        assertThat(answers)
                .contains("link near: 2000000000a mtu 1400 up true running true", "link none: none")
                .contains("link more than fifteen letters: none");
    }

    @Test
    void aRouteOnTheLinkGoesToTheDestinationItself() {
        assertThat(answers)
                .contains("route 10.77.0.5: by near to 10.77.0.5 from 10.77.0.1 mtu 0 local false")
                .contains("route fd77::5: by near to fd77:0:0:0:0:0:0:5 from fd77:0:0:0:0:0:0:1 mtu 0 local false");
    }

    @Test
    void aRouteOverAGatewayNamesItAndItsMtu() {
        assertThat(answers)
                .contains("route 10.78.1.1: by near to 10.77.0.9 from 10.77.0.1 mtu 1280 local false")
                .contains("route 10.79.1.1: by near to fd77:0:0:0:0:0:0:9 from 10.77.0.1 mtu 0 local false")
                .contains("route fd78::1: by near to fd77:0:0:0:0:0:0:9 from fd77:0:0:0:0:0:0:1 mtu 0 local false");
    }

    @Test
    void anAddressOfThisHostIsLocal() {
        assertThat(answers).anyMatch(line -> line.startsWith("route 10.77.0.1:") && line.endsWith("local true"));
        assertThat(answers).anyMatch(line -> line.startsWith("route fd77::1:") && line.endsWith("local true"));
    }

    @Test
    void whereThereIsNoWayThereIsNoRoute() {
        assertThat(answers)
                .contains(
                        "route 10.80.0.1: none", "route fd80::1: none", "route 10.99.0.1: none", "route fd99::1: none");
    }

    @Test
    void neighboursTellTheirAddressAndWhetherItIsConfirmed() {
        assertThat(answers)
                .contains("neighbour 10.77.0.9: 2000000000c confirmed true")
                .contains("neighbour fd77::9: 2000000000d confirmed false")
                .contains("neighbour 10.77.0.5: none");
    }

    @Test
    void solicitingMakesTheKernelAsk() {
        assertThat(answers).contains("solicited: true", "neighbour 10.77.0.5 afterwards: 0 confirmed false");
    }

    @Test
    void theAddressesAreThoseOfAllLinks() {
        assertThat(answers)
                .anySatisfy(line -> assertThat(line)
                        .startsWith("addresses: ")
                        .contains("10.77.0.1", "fd77:0:0:0:0:0:0:1", "127.0.0.1", "0:0:0:0:0:0:0:1", "fe80:"));
    }

    /** Asks everything and prints the answers. */
    static final class Questions {
        private Questions() {}

        public static void main(String[] args) {
            try (NetworkTables tables = Linux.openNetworkTables()) {
                for (String name : List.of("near", "none", "more than fifteen letters")) {
                    System.out.println("link " + name + ": "
                            + tables.link(name).map(Questions::text).orElse("none"));
                }
                int near = tables.link("near").orElseThrow().index();
                for (String address : List.of(
                        "10.77.0.5",
                        "fd77::5",
                        "10.78.1.1",
                        "10.79.1.1",
                        "fd78::1",
                        "10.77.0.1",
                        "fd77::1",
                        "10.80.0.1",
                        "fd80::1",
                        "10.99.0.1",
                        "fd99::1")) {
                    System.out.println("route " + address + ": "
                            + tables.route(InetAddress.ofLiteral(address), null)
                                    .map(route -> text(route, near))
                                    .orElse("none"));
                }
                for (String address : List.of("10.77.0.9", "fd77::9", "10.77.0.5")) {
                    System.out.println("neighbour " + address + ": "
                            + text(tables.neighbour(near, InetAddress.ofLiteral(address))));
                }
                System.out.println("addresses: "
                        + tables.addresses().stream()
                                .map(InetAddress::getHostAddress)
                                .toList());
                InetAddress silent = InetAddress.ofLiteral("10.77.0.5");
                System.out.println("solicited: " + tables.solicit(near, silent));
                System.out.println("neighbour 10.77.0.5 afterwards: " + text(tables.neighbour(near, silent)));
            }
        }

        private static String text(NetworkTables.Link link) {
            return Long.toHexString(link.linkAddress()) + " mtu " + link.mtuBytes() + " up " + link.up() + " running "
                    + link.running();
        }

        private static String text(NetworkTables.Route route, int near) {
            return "by " + (route.interfaceIndex() == near ? "near" : "another") + " to "
                    + route.nextHop().getHostAddress() + " from "
                    + (route.source() == null ? "none" : route.source().getHostAddress()) + " mtu " + route.mtuBytes()
                    + " local " + route.local();
        }

        private static String text(Optional<NetworkTables.Neighbour> neighbour) {
            return neighbour
                    .map(known -> Long.toHexString(known.linkAddress()) + " confirmed " + known.confirmed())
                    .orElse("none");
        }
    }
}
