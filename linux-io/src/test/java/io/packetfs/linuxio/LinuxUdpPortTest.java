package io.packetfs.linuxio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.packetfs.linux.UdpOption;
import io.packetfs.protocol.port.DatagramPort;
import io.packetfs.protocol.port.DatagramReceiver;
import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.port.Offload;
import io.packetfs.protocol.port.PortCounters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What only this port does: ECN, its counters, real refusals by a real kernel, exact waits, and no garbage. */
@Timeout(60)
@EnabledOnOs(OS.LINUX)
class LinuxUdpPortTest {
    private static final InetSocketAddress ANY_LOOPBACK = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    private static final LinuxUdpPortConfig CONFIG = LinuxUdpPortConfig.on(ANY_LOOPBACK);
    private static final DatagramReceiver NOBODY = (source, memory, length, segmentBytes, ecn) -> {};

    @ParameterizedTest
    @CsvSource({"127.0.0.1,127.0.0.1", "::1,::1", "::,127.0.0.1", "::,::1"})
    void carriesTheEcnFieldOfEveryTrain(String receiverAddress, String senderAddress) throws IOException {
        assumeTrue(!receiverAddress.contains(":") || hasIpv6Loopback(), "no IPv6 here");
        for (Offload offload : List.of(Offload.ON, Offload.OFF)) {
            try (LinuxUdpPort sender = open(senderAddress, offload);
                    LinuxUdpPort receiver = open(receiverAddress, offload)) {
                InetSocketAddress to = new InetSocketAddress(
                        InetAddress.ofLiteral(senderAddress),
                        receiver.localAddress().getPort());
                for (int codepoint : new int[] {0, 1, 2, 3, 0}) {
                    DatagramTrain train = train(to, 7, 1000);
                    train.ecn(codepoint);
                    assertThat(sender.send(train)).isTrue();
                    DatagramTrain single = train(to, 1, 1000);
                    single.ecn(codepoint);
                    assertThat(sender.send(single)).isTrue();

                    List<Integer> seen = new ArrayList<>();
                    receive(receiver, 8, (source, memory, length, segmentBytes, ecn) -> seen.add(ecn));
                    assertThat(seen).isNotEmpty().containsOnly(codepoint);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void marksFromADualStackSocketTowardsEitherFamily(String receiverAddress) throws IOException {
        assumeTrue(hasIpv6Loopback(), "no IPv6 here");
        try (LinuxUdpPort sender = open("::", Offload.ON);
                LinuxUdpPort receiver = open(receiverAddress, Offload.ON)) {
            DatagramTrain train = train(receiver.localAddress(), 7, 1000);
            train.ecn(3);
            assertThat(sender.send(train)).isTrue();

            receive(receiver, 7, (source, memory, length, segmentBytes, ecn) -> {
                assertThat(ecn).isEqualTo(3);
                assertThat(source.getAddress()).isEqualTo(InetAddress.ofLiteral(receiverAddress));
            });
        }
    }

    @Test
    void handsOverAMergedTrainAsOneBufferWithTheSizeOfItsDatagrams() {
        try (LinuxUdpPort sender = open("127.0.0.1", Offload.ON);
                LinuxUdpPort receiver = open("127.0.0.1", Offload.ON)) {
            DatagramTrain train = train(receiver.localAddress(), 40, 1200);
            assertThat(sender.send(train)).isTrue();

            receive(receiver, 40, (source, memory, length, segmentBytes, ecn) -> {
                assertThat(length).isEqualTo(40 * 1200);
                assertThat(segmentBytes).isEqualTo(1200);
            });
            assertThat(receiver.counters().batchesReceived()).isOne();
        }
    }

    @Test
    void losesNothingWhenTheKernelDoesNotSegmentAfterAll() {
        try (LinuxUdpPort sender = open("127.0.0.1", Offload.ON);
                LinuxUdpPort receiver = open("127.0.0.1", Offload.AUTO)) {
            assertThat(sender.socket().set(UdpOption.SO_NO_CHECK, 1)).isZero();

            assertThat(sender.send(train(receiver.localAddress(), 40, 1472))).isTrue();

            assertThat(receive(receiver, 40, NOBODY)).isEqualTo(40);
            assertThat(receiver.counters().bytesReceived()).isEqualTo(40 * 1472);
            assertThat(sender.counters().offloadRefused()).isOne();
            assertThat(sender.counters().datagramsLost()).isZero();
            assertThat(sender.features().carrier()).isEqualTo("udp-linux");
            assertThat(sender.send(train(receiver.localAddress(), 40, 1472))).isTrue();
            assertThat(receive(receiver, 40, NOBODY)).isEqualTo(40);
            assertThat(sender.counters().offloadRefused()).isOne();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ON", "OFF"})
    void countsDatagramsForWhichThereIsNoWay(Offload offload) {
        try (LinuxUdpPort port = open("127.0.0.1", offload)) {
            String carrier = port.features().carrier();

            // From a socket bound to loopback the kernel sends nowhere else, and an IPv4 socket not to IPv6.
            assertThat(port.send(train(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 9), 5, 1000)))
                    .isTrue();
            assertThat(port.send(train(new InetSocketAddress(InetAddress.ofLiteral("2001:db8::1"), 9), 3, 1000)))
                    .isTrue();
            // Port 0 is nobody's: EINVAL, which kernels also say when they cannot segment.
            assertThat(port.send(train(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 2, 1000)))
                    .isTrue();

            assertThat(port.counters().datagramsUnreachable()).isEqualTo(10);
            assertThat(port.features().carrier()).isEqualTo(carrier);
        }
    }

    @Test
    void tellsManySourcesApartThatSendInTurns() {
        List<LinuxUdpPort> senders = new ArrayList<>();
        try (LinuxUdpPort receiver = open("127.0.0.1", Offload.AUTO)) {
            List<InetSocketAddress> expected = new ArrayList<>();
            for (int i = 0; i < 150; i++) {
                senders.add(open("127.0.0.1", Offload.AUTO));
            }
            for (int round = 0; round < 3; round++) {
                for (LinuxUdpPort sender : senders) {
                    assertThat(sender.send(train(receiver.localAddress(), 1, 100)))
                            .isTrue();
                    expected.add(sender.localAddress());
                }
            }

            List<InetSocketAddress> sources = new ArrayList<>();
            receive(receiver, 450, (source, memory, length, segmentBytes, ecn) -> sources.add(source));

            assertThat(sources).containsExactlyElementsOf(expected);
        } finally {
            senders.forEach(DatagramPort::close);
        }
    }

    @Test
    void countsWhatItMoves() {
        try (LinuxUdpPort port = LinuxUdpPort.open(CONFIG)) {
            assertThat(port.send(train(port.localAddress(), 5, 1000))).isTrue();
            assertThat(port.send(train(port.localAddress(), 1, 64))).isTrue();
            receive(port, 6, NOBODY);

            PortCounters counters = port.counters();
            assertThat(counters.trainsSent()).isEqualTo(2);
            assertThat(counters.datagramsSent()).isEqualTo(6);
            assertThat(counters.bytesSent()).isEqualTo(5064);
            assertThat(counters.datagramsReceived()).isEqualTo(6);
            assertThat(counters.bytesReceived()).isEqualTo(5064);
            assertThat(counters.datagramsLost()).isZero();
            assertThat(counters.sendsRefused()).isZero();
        }
    }

    @Test
    void waitsForFewMicroseconds() {
        List<Long> waitsNs = new ArrayList<>();
        try (LinuxUdpPort port = LinuxUdpPort.open(CONFIG)) {
            for (int i = 0; i < 2_000; i++) {
                long startNs = System.nanoTime();
                port.await(20_000);
                waitsNs.add(System.nanoTime() - startNs);
            }
        }

        // With the usual timer slack none would be shorter than 70 us.
        assertThat(Collections.min(waitsNs)).isBetween(20_000L, 60_000L);
    }

    @Test
    void leavesNoGarbagePerTrain() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        AtomicLong bytes = new AtomicLong();
        DatagramReceiver receiver = (source, memory, length, segmentBytes, ecn) -> bytes.addAndGet(length);
        try (LinuxUdpPort port = LinuxUdpPort.open(CONFIG)) {
            DatagramTrain train = train(port.localAddress(), 20, 1000);
            int rounds = 12;
            int trains = 10_000;
            long least = Long.MAX_VALUE; // of rounds in which the compiler catches up
            for (int round = 0; round < rounds; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < trains; i++) {
                    port.send(train);
                    port.await(1_000);
                    port.receive(receiver);
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }

            assertThat(bytes.get()).isEqualTo((long) rounds * trains * train.length());
            assertThat(least / trains).isZero();
        }
    }

    /** A machine with other things to do may be too slow for datagrams to come closely; it is not every time. */
    @Test
    void napsWhileDatagramsComeClosely() {
        long longNs = TimeUnit.MILLISECONDS.toNanos(50);
        boolean napped = false;
        try (LinuxUdpPort port = LinuxUdpPort.open(CONFIG)) {
            DatagramTrain train = train(port.localAddress(), 20, 100);
            for (int attempt = 0; attempt < 100 && !napped; attempt++) {
                port.await(1);
                for (int i = 0; i < 40; i++) {
                    port.send(train);
                    port.receive(NOBODY);
                }
                long startNs = System.nanoTime();
                port.await(longNs);
                napped = System.nanoTime() - startNs < longNs / 2;
            }

            assertThat(napped).isTrue();
            assertThat(port.send(train)).isTrue();
            receive(port, 20, NOBODY);
        }
    }

    @Test
    void goesFromThreadToThread() throws InterruptedException {
        AtomicLong bytes = new AtomicLong();
        try (LinuxUdpPort port = LinuxUdpPort.open(CONFIG)) {
            for (int i = 1; i <= 3; i++) {
                Thread.ofPlatform()
                        .start(() -> {
                            port.send(train(port.localAddress(), 1, 1000));
                            port.await(TimeUnit.SECONDS.toNanos(10));
                            port.receive((source, memory, length, segmentBytes, ecn) -> bytes.addAndGet(length));
                        })
                        .join();

                assertThat(bytes.get()).isEqualTo(1000L * i);
            }
        }
    }

    @Test
    void wakingWhileClosingHarmsNobody() throws InterruptedException {
        for (int i = 0; i < 200; i++) {
            LinuxUdpPort port = LinuxUdpPort.open(CONFIG);
            Thread waker = Thread.ofPlatform().start(() -> {
                for (int j = 0; j < 100; j++) {
                    port.wakeup();
                }
            });
            port.await(1_000_000);
            port.close();
            waker.join();
        }
    }

    @Test
    void saysWhatBuffersItGot() {
        try (LinuxUdpPort small =
                        LinuxUdpPort.open(CONFIG.withReceiveBufferBytes(40_000).withSendBufferBytes(50_000));
                LinuxUdpPort large = LinuxUdpPort.open(CONFIG)) {
            assertThat(small.receiveBufferBytes()).isBetween(40_000, 80_000);
            assertThat(small.sendBufferBytes()).isBetween(50_000, 100_000);
            assertThat(large.receiveBufferBytes()).isGreaterThan(small.receiveBufferBytes());
            assertThat(large.sendBufferBytes()).isGreaterThan(small.sendBufferBytes());
        }
    }

    @Test
    void namesTheAddressThatCannotBeBound() {
        try (LinuxUdpPort first = LinuxUdpPort.open(CONFIG)) {
            assertThatThrownBy(() -> LinuxUdpPort.open(LinuxUdpPortConfig.on(first.localAddress())))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessage("bind " + first.localAddress() + ": address already in use (EADDRINUSE)");
        }
    }

    @Test
    void freesThePortNumberOnClose() {
        LinuxUdpPort first = LinuxUdpPort.open(CONFIG);
        InetSocketAddress address = first.localAddress();
        first.close();

        try (LinuxUdpPort second = LinuxUdpPort.open(LinuxUdpPortConfig.on(address))) {
            assertThat(second.localAddress()).isEqualTo(address);
        }
    }

    @Test
    void refusesCallsAfterClose() {
        LinuxUdpPort port = LinuxUdpPort.open(CONFIG);
        port.close();

        assertThatThrownBy(() -> port.await(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> port.send(train(ANY_LOOPBACK, 1, 10))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> port.receive(NOBODY)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesASenselessConfiguration() {
        assertThatThrownBy(() -> CONFIG.withReceiveBufferBytes(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CONFIG.withSendBufferBytes(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LinuxUdpPortConfig.on(InetSocketAddress.createUnresolved("nowhere.invalid", 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static LinuxUdpPort open(String address, Offload offload) {
        return LinuxUdpPort.open(LinuxUdpPortConfig.on(new InetSocketAddress(InetAddress.ofLiteral(address), 0))
                .withGso(offload)
                .withGro(offload));
    }

    /** Receives until {@code count} datagrams were handed over, and returns how many they are in the end. */
    private static int receive(LinuxUdpPort port, int count, DatagramReceiver receiver) {
        int received = 0;
        for (int i = 0; i < 100 && received < count; i++) {
            port.await(TimeUnit.MILLISECONDS.toNanos(100));
            received += port.receive(receiver);
        }
        assertThat(received).isEqualTo(count);
        return received;
    }

    private static DatagramTrain train(InetSocketAddress to, int count, int datagramBytes) {
        DatagramTrain train = new DatagramTrain(count * datagramBytes);
        train.reset(to, datagramBytes, count);
        for (int i = 0; i < count; i++) {
            train.append(datagramBytes);
        }
        return train;
    }

    private static boolean hasIpv6Loopback() throws IOException {
        return NetworkInterface.getByInetAddress(InetAddress.ofLiteral("::1")) != null;
    }
}
