package io.packetfs.linuxio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packetfs.linux.UdpOption;
import io.packetfs.protocol.port.DatagramReceiver;
import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.port.Offload;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A port that has sent so much that it lends its trains to the kernel: the socket then says how they are cut and marked. */
@Timeout(60)
@EnabledOnOs(OS.LINUX)
class LentTrainsTest {
    private static final DatagramReceiver NOBODY = (source, memory, length, segmentBytes, ecn) -> {};

    /** A buffer that was handed over. */
    private record Seen(int length, int segmentBytes, int ecn, byte first, byte last) {}

    @ParameterizedTest
    @CsvSource({"127.0.0.1,127.0.0.1", "::1,::1", "::,127.0.0.1", "::,::1"})
    void markAndCutEachTrainAsItSays(String senderAddress, String receiverAddress) throws IOException {
        assumeTrue(!senderAddress.contains(":") || hasIpv6Loopback(), "no IPv6 here");
        try (LinuxUdpPort sender = openLending(senderAddress, receiverAddress);
                LinuxUdpPort receiver = open(receiverAddress)) {
            for (int codepoint : new int[] {0, 2, 2, 1, 3, 0}) {
                for (int datagramBytes : new int[] {1000, 1472, 700}) {
                    DatagramTrain train = train(receiver.localAddress(), 7, datagramBytes, codepoint);

                    assertThat(sender.send(train)).isTrue();

                    assertThat(receive(receiver, 7))
                            .containsExactly(new Seen(7 * datagramBytes, datagramBytes, codepoint, (byte) 1, (byte) 7));
                    assertThat(sender.socket().get(UdpOption.UDP_SEGMENT)).isEqualTo(datagramBytes);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1,127.0.0.1", "::1,::1", "::,127.0.0.1", "::,::1"})
    void leaveSingleDatagramsBetweenThemWholeAndMarkedAsTheySay(String senderAddress, String receiverAddress)
            throws IOException {
        assumeTrue(!senderAddress.contains(":") || hasIpv6Loopback(), "no IPv6 here");
        try (LinuxUdpPort sender = openLending(senderAddress, receiverAddress);
                LinuxUdpPort receiver = open(receiverAddress)) {
            for (int codepoint : new int[] {0, 2, 3}) {
                for (int bytes : new int[] {100, 1200, 1201, 9000}) {
                    sender.send(train(receiver.localAddress(), 5, 1200, 2));
                    receive(receiver, 5);

                    assertThat(sender.send(train(receiver.localAddress(), 1, bytes, codepoint)))
                            .isTrue();

                    assertThat(receive(receiver, 1))
                            .containsExactly(new Seen(bytes, bytes, codepoint, (byte) 1, (byte) 1));
                }
            }
            assertThat(sender.counters().datagramsLost()).isZero();
        }
    }

    @Test
    void keepTheirOrderWhenTheLastDatagramIsShorter() {
        try (LinuxUdpPort sender = openLending("127.0.0.1", "127.0.0.1");
                LinuxUdpPort receiver = open("127.0.0.1")) {
            DatagramTrain train = new DatagramTrain(5 * 1200);
            train.reset(receiver.localAddress(), 1200, 5);
            for (int i = 1; i <= 5; i++) {
                train.array()[train.length()] = (byte) i;
                train.append(i < 5 ? 1200 : 300);
            }

            assertThat(sender.send(train)).isTrue();

            List<Seen> seen = receive(receiver, 5);
            assertThat(seen).hasSize(1);
            assertThat(seen.getFirst().length()).isEqualTo(4 * 1200 + 300);
            assertThat(seen.getFirst().segmentBytes()).isEqualTo(1200);
        }
    }

    @Test
    void goOutAsSingleDatagramsWhenTheKernelDoesNotSegmentAfterAll() {
        try (LinuxUdpPort sender = openLending("127.0.0.1", "127.0.0.1");
                LinuxUdpPort receiver = open("127.0.0.1")) {
            sender.send(train(receiver.localAddress(), 40, 1400, 1));
            receive(receiver, 40);
            assertThat(sender.socket().set(UdpOption.SO_NO_CHECK, 1)).isZero();

            assertThat(sender.send(train(receiver.localAddress(), 40, 1472, 2))).isTrue();

            assertThat(receive(receiver, 40)).allMatch(seen -> seen.ecn() == 2);
            assertThat(sender.counters().offloadRefused()).isOne();
            assertThat(sender.counters().datagramsLost()).isZero();
            assertThat(sender.features().carrier()).isEqualTo("udp-linux");
        }
    }

    @Test
    void areLostAndCountedWhenThereIsNoWay() {
        try (LinuxUdpPort sender = openLending("127.0.0.1", "127.0.0.1")) {
            // From a socket bound to loopback the kernel sends nowhere else.
            InetSocketAddress nowhere = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 9);

            assertThat(sender.send(train(nowhere, 5, 1000, 2))).isTrue();

            assertThat(sender.counters().datagramsUnreachable()).isEqualTo(5);
            assertThat(sender.features().carrier()).isEqualTo("udp-linux-gso");
        }
    }

    private static LinuxUdpPort openLending(String address, String receiverAddress) {
        LinuxUdpPort port = open(address);
        try (LinuxUdpPort receiver = open(receiverAddress)) {
            DatagramTrain train = train(receiver.localAddress(), 2, 10, 0);
            for (int i = 0; i < Outbound.TRAINS_COPIED_FIRST; i++) {
                assertThat(port.send(train)).isTrue();
                receiver.receive(NOBODY);
            }
        }
        return port;
    }

    private static LinuxUdpPort open(String address) {
        return LinuxUdpPort.open(LinuxUdpPortConfig.on(new InetSocketAddress(InetAddress.ofLiteral(address), 0))
                .withGso(Offload.ON)
                .withGro(Offload.ON));
    }

    /** Receives until {@code count} datagrams were handed over. */
    private static List<Seen> receive(LinuxUdpPort port, int count) {
        List<Seen> seen = new ArrayList<>();
        int received = 0;
        for (int i = 0; i < 100 && received < count; i++) {
            port.await(TimeUnit.MILLISECONDS.toNanos(100));
            received += port.receive((source, memory, length, segmentBytes, ecn) -> seen.add(new Seen(
                    length,
                    segmentBytes,
                    ecn,
                    memory.get(ValueLayout.JAVA_BYTE, 0),
                    memory.get(ValueLayout.JAVA_BYTE, Math.max(0, length - segmentBytes)))));
        }
        assertThat(received).isEqualTo(count);
        return seen;
    }

    /** Datagrams that begin with their number in the train, from 1 on. */
    private static DatagramTrain train(InetSocketAddress to, int count, int datagramBytes, int ecn) {
        DatagramTrain train = new DatagramTrain(count * datagramBytes);
        train.reset(to, datagramBytes, count);
        train.ecn(ecn);
        for (int i = 1; i <= count; i++) {
            train.array()[train.length()] = (byte) i;
            train.append(datagramBytes);
        }
        return train;
    }

    private static boolean hasIpv6Loopback() throws IOException {
        return NetworkInterface.getByInetAddress(InetAddress.ofLiteral("::1")) != null;
    }
}
