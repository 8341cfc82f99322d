package io.packetfs.nettyio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.port.Offload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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
                .contains("too large: 5", "carrier: udp-epoll-gso", "received afterwards: 40");
    }

    @Test
    void refusesWhileTheSendQueueIsFullAndGoesOnWhenThereIsRoom() throws IOException, InterruptedException {
        assertThat(inNamespace(
                        "ip link add near type veth peer name far; ip addr add 10.77.0.1/24 dev near; "
                                + "ip link set near up; ip link set far up",
                        FullQueue.class))
                .contains("taken: true true false", "still refused: true", "taken with room: true", "lost: 0");
    }

    private static String inNamespace(String setUp, Class<?> program) throws IOException, InterruptedException {
        return ChildJvm.run(List.of("unshare", "-rn", "sh", "-c", setUp + "; exec \"$0\" \"$@\""), program);
    }

    private static NettyUdpPort open(String address, int sendBufferBytes) {
        return NettyUdpPort.open(NettyUdpPortConfig.on(new InetSocketAddress(InetAddress.ofLiteral(address), 0))
                .withIo(UdpIo.EPOLL)
                .withGso(Offload.ON)
                .withSendBufferBytes(sendBufferBytes));
    }

    private static DatagramTrain train(InetSocketAddress to, int count, int datagramBytes) {
        final DatagramTrain train = new DatagramTrain(count * datagramBytes);
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
            try (NettyUdpPort port = open("127.0.0.1", 1 << 20)) {
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

    /**
     * Sends to a neighbour that does not answer: the kernel keeps the first train until it knows the neighbour's link address, and that
     * fills the small send buffer. Then the address is told.
     */
    static final class FullQueue {
        private FullQueue() {}

        public static void main(String[] args) throws IOException, InterruptedException {
            final InetSocketAddress neighbour = new InetSocketAddress(InetAddress.ofLiteral("10.77.0.2"), 9);
            final DatagramTrain train = train(neighbour, 40, 1400);
            try (NettyUdpPort port = open("10.77.0.1", 4096)) {
                System.out.println("taken: " + port.send(train) + " " + port.send(train) + " " + port.send(train));
                port.await(TimeUnit.MILLISECONDS.toNanos(20));
                System.out.println("still refused: " + !port.send(train));
                new ProcessBuilder("ip", "neigh", "replace", "10.77.0.2", "lladdr", "02:00:00:00:00:02", "dev", "near")
                        .inheritIO()
                        .start()
                        .waitFor();
                boolean taken = false;
                for (int i = 0; i < 20 && !taken; i++) {
                    port.await(TimeUnit.SECONDS.toNanos(5));
                    taken = port.send(train);
                }
                System.out.println("taken with room: " + taken);
                System.out.println("lost: " + port.counters().datagramsLost());
            }
        }
    }
}
