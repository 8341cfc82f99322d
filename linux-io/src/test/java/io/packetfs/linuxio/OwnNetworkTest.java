package io.packetfs.linuxio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.port.Offload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What loopback as it is never does: interfaces that are too small and queues that are full. Each test runs in a network namespace of
 * its own, which needs {@code unshare} and {@code ip}; it is skipped where they may not be used.
 */
@Timeout(60)
class OwnNetworkTest {
    /** A neighbour that never says its link address: the kernel keeps what is sent to it, and that fills a small send buffer. */
    private static final String SILENT_NEIGHBOUR =
            "ip link add near type veth peer name far; ip addr add 10.77.0.1/24 dev near; "
                    + "ip link set near up; ip link set far up";

    @BeforeEach
    void needsNamespaces() throws InterruptedException {
        boolean available = false;
        try {
            available = new ProcessBuilder("unshare", "-rn", "ip", "link", "set", "lo", "up")
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            // one of the two is not installed
        }
        assumeTrue(available, "no network namespaces here");
    }

    @Test
    void countsDatagramsThatAreTooLargeAndKeepsOffload() throws IOException, InterruptedException {
        assertThat(inNamespace("ip link set lo up mtu 1500", SmallInterface.class))
                .contains("too large: 5", "carrier: udp-linux-gso", "received afterwards: 40");
    }

    @Test
    void refusesWhileTheSendBufferIsFullAndGoesOnWhenThereIsRoom() throws IOException, InterruptedException {
        assertThat(inNamespace(SILENT_NEIGHBOUR, FullQueue.class, "ON"))
                .contains("refused: true", "still refused: true", "taken with room: true", "lost: 0");
    }

    @Test
    void keepsTheRestOfATrainThatTheKernelTookInPart() throws IOException, InterruptedException {
        assertThat(inNamespace(SILENT_NEIGHBOUR, FullQueue.class, "OFF"))
                .contains("refused: true", "still refused: true", "taken with room: true", "lost: 0", "all sent: true");
    }

    private static String inNamespace(String setUp, Class<?> program, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "unshare",
                "-rn",
                "sh",
                "-c",
                setUp + "; exec \"$0\" \"$@\"",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-ea",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private static LinuxUdpPort open(String address, Offload gso, int sendBufferBytes) {
        return LinuxUdpPort.open(LinuxUdpPortConfig.on(new InetSocketAddress(InetAddress.ofLiteral(address), 0))
                .withGso(gso)
                .withSendBufferBytes(sendBufferBytes));
    }

    private static DatagramTrain train(InetSocketAddress to, int count, int datagramBytes) {
        DatagramTrain train = new DatagramTrain(count * datagramBytes);
        train.reset(to, datagramBytes, count);
        for (int i = 0; i < count; i++) {
            train.append(datagramBytes);
        }
        return train;
    }

    /** Sends a train of datagrams that the interface does not carry, then one that it does. */
    static final class SmallInterface {
        private SmallInterface() {}

        public static void main(String[] args) {
            try (LinuxUdpPort port = open("127.0.0.1", Offload.ON, 1 << 20)) {
                port.send(train(port.localAddress(), 5, 2000));
                System.out.println("too large: " + port.counters().datagramsTooLarge());
                System.out.println("carrier: " + port.features().carrier());
                port.send(train(port.localAddress(), 40, 1400));
                int received = 0;
                for (int i = 0; i < 100 && received < 40; i++) {
                    port.await(TimeUnit.MILLISECONDS.toNanos(100));
                    received += port.receive((source, memory, length, segmentBytes, ecn) -> {});
                }
                System.out.println("received afterwards: " + received);
            }
        }
    }

    /** Sends to the silent neighbour until the port refuses; then the neighbour's address is told. */
    static final class FullQueue {
        private static final int TRAIN_DATAGRAMS = 40;

        private FullQueue() {}

        public static void main(String[] args) throws IOException, InterruptedException {
            InetSocketAddress neighbour = new InetSocketAddress(InetAddress.ofLiteral("10.77.0.2"), 9);
            DatagramTrain train = train(neighbour, TRAIN_DATAGRAMS, 1400);
            int taken = 0;
            try (LinuxUdpPort port = open("10.77.0.1", Offload.valueOf(args[0]), 4096)) {
                while (taken < 10 && port.send(train)) {
                    taken++;
                }
                System.out.println("refused: " + (taken > 0 && taken < 10));
                port.await(TimeUnit.MILLISECONDS.toNanos(20));
                System.out.println("still refused: " + !port.send(train));
                new ProcessBuilder("ip", "neigh", "replace", "10.77.0.2", "lladdr", "02:00:00:00:00:02", "dev", "near")
                        .inheritIO()
                        .start()
                        .waitFor();
                boolean takenWithRoom = false;
                for (int i = 0; i < 100 && !takenWithRoom; i++) {
                    port.await(TimeUnit.SECONDS.toNanos(5));
                    takenWithRoom = port.send(train);
                }
                System.out.println("taken with room: " + takenWithRoom);
                for (int i = 0; i < 100; i++) {
                    port.await(100_000);
                }
                System.out.println("lost: " + port.counters().datagramsLost());
            }
            System.out.println("all sent: " + (messagesSent() == (long) (taken + 1) * TRAIN_DATAGRAMS));
        }

        /** What the kernel counted in this network namespace. */
        private static long messagesSent() throws IOException {
            List<String> lines = Files.readAllLines(Path.of("/proc/self/net/snmp"));
            List<String> rows =
                    lines.stream().filter(line -> line.startsWith("Udp:")).toList();
            int column = List.of(rows.getFirst().split(" ", -1)).indexOf("OutDatagrams");
            return Long.parseLong(rows.getLast().split(" ", -1)[column]);
        }
    }
}
