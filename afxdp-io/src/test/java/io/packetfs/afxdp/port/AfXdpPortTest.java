package io.packetfs.afxdp.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packetfs.afxdp.frame.FrameVerdict;
import io.packetfs.afxdp.port.AfXdpPortConfig.Transmit;
import io.packetfs.linuxio.LinuxUdpPort;
import io.packetfs.linuxio.LinuxUdpPortConfig;
import io.packetfs.protocol.port.DatagramPort;
import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.port.FeatureUnavailableException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a port over rings does beyond what every port does: which way datagrams take, and what becomes of them when that way is gone. */
@Timeout(60)
class AfXdpPortTest {
    private static final int TRAIN = 20;
    private static final int BYTES = 1200;

    private static Spokes spokes;

    private final List<DatagramPort> open = new ArrayList<>();

    @BeforeAll
    static void makeNetwork() throws IOException, InterruptedException {
        spokes = Spokes.open(3, 1500);
    }

    @AfterAll
    static void removeNetwork() throws IOException, InterruptedException {
        if (spokes != null) {
            spokes.close();
        }
    }

    @AfterEach
    void closePorts() {
        open.forEach(DatagramPort::close);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void datagramsGoByRingsAtBothEnds(boolean ipv4) {
        AfXdpPort sender = rings(1, ipv4);
        AfXdpPort receiver = rings(2, ipv4);
        exchange(sender, receiver); // until the neighbours are known

        Arrivals arrivals = send(sender, receiver, 5);

        assertThat(arrivals.datagrams).isEqualTo(5 * TRAIN);
        assertThat(arrivals.sources).containsOnly(sender.localAddress());
        assertThat(sender.ringCounters().datagramsByRings()).isGreaterThanOrEqualTo(5 * TRAIN);
        assertThat(receiver.ringCounters().datagramsFromRings()).isGreaterThanOrEqualTo(5 * TRAIN);
        assertThat(receiver.ringCounters().frames()).containsOnlyKeys(FrameVerdict.ACCEPTED);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aKernelsSocketIsAPeerLikeAnother(boolean ipv4) {
        AfXdpPort rings = rings(1, ipv4);
        LinuxUdpPort kernel = kernel(2, ipv4);
        exchange(rings, kernel);

        assertThat(send(rings, kernel, 5).datagrams).isEqualTo(5 * TRAIN);
        assertThat(send(kernel, rings, 5).datagrams).isEqualTo(5 * TRAIN);
        assertThat(rings.ringCounters().datagramsByRings()).isGreaterThanOrEqualTo(5 * TRAIN);
        assertThat(rings.ringCounters().datagramsFromRings()).isGreaterThanOrEqualTo(5 * TRAIN);
    }

    @Test
    void theKernelMaySendWhatTheRingsAnswer() {
        AfXdpPort mixed = open(
                1,
                AfXdpPortConfig.on(LinuxUdpPortConfig.on(Spokes.ipv4(1)), Spokes.DEVICE)
                        .withTransmit(Transmit.KERNEL));
        AfXdpPort receiver = rings(2, true);
        exchange(mixed, receiver);

        assertThat(send(mixed, receiver, 5).datagrams).isEqualTo(5 * TRAIN);
        assertThat(send(receiver, mixed, 5).datagrams).isEqualTo(5 * TRAIN);
        assertThat(mixed.features().carrier()).isEqualTo("afxdp-gso");
        assertThat(mixed.ringCounters().datagramsByRings()).isZero();
        assertThat(mixed.ringCounters().datagramsFromRings()).isGreaterThanOrEqualTo(5 * TRAIN);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theWildcardAddressTakesBothFamiliesByRings(boolean ipv4) {
        AfXdpPort receiver =
                open(2, AfXdpPortConfig.on(LinuxUdpPortConfig.on(new InetSocketAddress(0)), Spokes.DEVICE));
        AfXdpPort sender = rings(1, ipv4);
        InetSocketAddress to = new InetSocketAddress(
                (ipv4 ? Spokes.ipv4(2) : Spokes.ipv6(2)).getAddress(),
                receiver.localAddress().getPort());
        Arrivals arrivals = new Arrivals();
        sendTrain(sender, to, 0);
        arrivals.fill(receiver, TRAIN);

        sendTrain(receiver, arrivals.sources.getFirst(), 0);

        assertThat(new Arrivals().fill(sender, TRAIN).sources).containsOnly(to);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theEcnFieldTravels(boolean ipv4) {
        AfXdpPort sender = rings(1, ipv4);
        AfXdpPort receiver = rings(2, ipv4);
        exchange(sender, receiver);

        sendTrain(sender, receiver.localAddress(), 2);

        assertThat(new Arrivals().fill(receiver, TRAIN).ecns).containsOnly(2);
    }

    @Test
    void whereTheRingsDoNotLeadTheKernelSends() {
        AfXdpPort port = open(1, AfXdpPortConfig.on(LinuxUdpPortConfig.on(new InetSocketAddress(0)), Spokes.DEVICE));
        LinuxUdpPort neighbourOnThisHost =
                add(spokes.in(1, () -> LinuxUdpPort.open(LinuxUdpPortConfig.on(loopback()))));

        sendTrain(port, neighbourOnThisHost.localAddress(), 0);

        assertThat(new Arrivals().fill(neighbourOnThisHost, TRAIN).datagrams).isEqualTo(TRAIN);
        assertThat(port.ringCounters().datagramsByRings()).isZero();
        assertThat(port.ringCounters().trainsByKernel()).isEqualTo(1);
    }

    @Test
    void anAddressWithoutARouteOrANeighbourDisturbsNoOthers() {
        AfXdpPort sender = rings(1, true);
        AfXdpPort receiver = rings(2, true);
        exchange(sender, receiver);

        sendTrain(sender, new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 9), 0);
        sendTrain(sender, new InetSocketAddress(InetAddress.ofLiteral("10.77.0.99"), 9), 0);
        sendTrain(sender, new InetSocketAddress(InetAddress.ofLiteral("fd77::2"), 9), 0);

        assertThat(send(sender, receiver, 1).datagrams).isEqualTo(TRAIN);
        assertThat(sender.kernelCounters().datagramsUnreachable()).isGreaterThanOrEqualTo(2 * TRAIN);
    }

    @Test
    void datagramsThatTheLinkDoesNotCarryAreCountedAsTooLarge() {
        AfXdpPort sender = rings(1, true);
        AfXdpPort receiver = rings(2, true);
        exchange(sender, receiver);

        DatagramTrain large = new DatagramTrain(3000);
        large.reset(receiver.localAddress(), 1473, 2);
        large.append(1473);

        assertThat(sender.send(large)).isTrue();
        assertThat(sender.counters().datagramsTooLarge()).isEqualTo(1);
        assertThat(send(sender, receiver, 1).datagrams).isEqualTo(TRAIN);
    }

    @Test
    void aLinkThatWentDownAndUpAgainIsUsedOn() throws IOException, InterruptedException {
        AfXdpPort sender = rings(1, true);
        AfXdpPort receiver = rings(2, true);
        exchange(sender, receiver);

        spokes.ip(1, "link set " + Spokes.DEVICE + " down");
        for (int i = 0; i < 200; i++) {
            sender.send(train(receiver.localAddress(), 0));
        }
        spokes.ip(1, "link set " + Spokes.DEVICE + " up");
        exchange(sender, receiver);
        exchange(receiver, sender);
        long byRings = sender.ringCounters().datagramsByRings();
        TimeUnit.NANOSECONDS.sleep(FlowTable.FRESH_NS);

        exchange(sender, receiver);

        assertThat(sender.lossCause()).isEmpty();
        assertThat(sender.ringCounters().datagramsByRings()).isGreaterThan(byRings);
        assertThat(receiver.ringCounters().datagramsFromKernel())
                .isLessThan(receiver.ringCounters().datagramsFromRings());
    }

    @Test
    void whenTheDeviceIsGoneTheKernelsSocketGoesOn() throws IOException, InterruptedException {
        AfXdpPort port = open(3, AfXdpPortConfig.on(LinuxUdpPortConfig.on(new InetSocketAddress(0)), Spokes.DEVICE));
        LinuxUdpPort peer = kernel(2, true);
        sendTrain(port, peer.localAddress(), 0);
        new Arrivals().fill(peer, TRAIN);
        sendTrain(port, peer.localAddress(), 0);
        new Arrivals().fill(peer, TRAIN);

        spokes.ip(3, "link del " + Spokes.DEVICE);
        LinuxUdpPort onThisHost = add(spokes.in(3, () -> LinuxUdpPort.open(LinuxUdpPortConfig.on(loopback()))));
        long startNs = System.nanoTime();
        while (port.lossCause().isEmpty() && System.nanoTime() - startNs < 10 * FlowTable.FRESH_NS) {
            port.send(train(peer.localAddress(), 0));
            port.await(1_000_000);
        }
        sendTrain(port, onThisHost.localAddress(), 0);

        assertThat(new Arrivals().fill(onThisHost, TRAIN).datagrams).isEqualTo(TRAIN);
        assertThat(port.lossCause()).isPresent();
        assertThat(port.features().carrier()).startsWith("udp-linux");
    }

    @Test
    void aClosedPortLeavesTheDeviceToTheNextAndItsPortToTheKernel() {
        for (int i = 0; i < 5; i++) {
            AfXdpPort first = rings(1, true);
            InetSocketAddress address = first.localAddress();
            first.close();
            LinuxUdpPort second = spokes.in(1, () -> LinuxUdpPort.open(LinuxUdpPortConfig.on(address)));
            AfXdpPort peer = rings(2, true);
            assertThat(send(peer, second, 1).datagrams).isEqualTo(TRAIN);
            second.close();
            peer.close();
        }
    }

    @Test
    void saysWhichDeviceIsTaken() {
        rings(1, true);

        assertThatThrownBy(() -> rings(1, true))
                .isInstanceOf(FeatureUnavailableException.class)
                .hasMessageStartingWith("carrier=afxdp is not available: ")
                .hasMessageContaining(Spokes.DEVICE);
    }

    @Test
    void saysWhatADeviceLacks() {
        assertThatThrownBy(() -> open(1, config("none"))).hasMessageContaining("there is no network device none");
        assertThatThrownBy(() -> open(1, config("lo"))).hasMessageContaining("lo is no Ethernet");
        assertThatThrownBy(() -> open(1, config(Spokes.DEVICE).withQueues(List.of(7))))
                .hasMessageContaining(Spokes.DEVICE + " has no queue 7: it has 1");
        assertThatThrownBy(() -> config(Spokes.DEVICE).withQueues(List.of(0, 0)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static AfXdpPortConfig config(String device) {
        return AfXdpPortConfig.on(LinuxUdpPortConfig.on(Spokes.ipv4(1)), device);
    }

    private AfXdpPort rings(int spoke, boolean ipv4) {
        return open(
                spoke,
                AfXdpPortConfig.on(
                        LinuxUdpPortConfig.on(ipv4 ? Spokes.ipv4(spoke) : Spokes.ipv6(spoke)), Spokes.DEVICE));
    }

    private AfXdpPort open(int spoke, AfXdpPortConfig config) {
        return add(spokes.in(spoke, () -> AfXdpPort.open(config)));
    }

    private LinuxUdpPort kernel(int spoke, boolean ipv4) {
        return add(spokes.in(
                spoke, () -> LinuxUdpPort.open(LinuxUdpPortConfig.on(ipv4 ? Spokes.ipv4(spoke) : Spokes.ipv6(spoke)))));
    }

    private <T extends DatagramPort> T add(T port) {
        open.add(port);
        return port;
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    }

    /** Sends until something has arrived each way, and then takes the rest. */
    private static void exchange(DatagramPort a, DatagramPort b) {
        for (int i = 0; i < 100; i++) {
            a.send(train(b.localAddress(), 0));
            b.send(train(a.localAddress(), 0));
            Arrivals atB = new Arrivals().fill(b, 1);
            Arrivals atA = new Arrivals().fill(a, 1);
            if (atA.datagrams > 0 && atB.datagrams > 0) {
                break;
            }
        }
        // The second time the neighbours are known on both sides.
        for (int i = 0; i < 2; i++) {
            a.await(FlowTable.RETRY_NS * 2);
            b.await(FlowTable.RETRY_NS * 2);
            new Arrivals().drain(a);
            new Arrivals().drain(b);
            sendTrain(a, b.localAddress(), 0);
            sendTrain(b, a.localAddress(), 0);
        }
        new Arrivals().drain(a);
        new Arrivals().drain(b);
    }

    private static Arrivals send(DatagramPort from, DatagramPort to, int trains) {
        for (int i = 0; i < trains; i++) {
            sendTrain(from, to.localAddress(), 0);
        }
        return new Arrivals().fill(to, trains * TRAIN);
    }

    private static void sendTrain(DatagramPort port, InetSocketAddress to, int ecn) {
        DatagramTrain train = train(to, ecn);
        while (!port.send(train)) {
            port.await(TimeUnit.SECONDS.toNanos(1));
        }
    }

    private static DatagramTrain train(InetSocketAddress to, int ecn) {
        DatagramTrain train = new DatagramTrain(TRAIN * BYTES);
        train.reset(to, BYTES, TRAIN);
        train.ecn(ecn);
        for (int i = 0; i < TRAIN; i++) {
            train.append(BYTES);
        }
        return train;
    }

    /** What has come. */
    private static final class Arrivals {
        private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(2);

        private final List<InetSocketAddress> sources = new ArrayList<>();
        private final List<Integer> ecns = new ArrayList<>();
        private int datagrams;

        Arrivals fill(DatagramPort port, int count) {
            long startNs = System.nanoTime();
            while (datagrams < count && System.nanoTime() - startNs < PATIENCE_NS) {
                take(port);
                if (datagrams < count) {
                    port.await(PATIENCE_NS / 100);
                }
            }
            return this;
        }

        void drain(DatagramPort port) {
            do {
                port.await(TimeUnit.MILLISECONDS.toNanos(5));
            } while (take(port) > 0);
        }

        private int take(DatagramPort port) {
            return port.receive((source, memory, length, segmentBytes, ecn) -> {
                datagrams += Math.ceilDiv(length, segmentBytes);
                sources.add(source);
                ecns.add(ecn);
            });
        }
    }
}
