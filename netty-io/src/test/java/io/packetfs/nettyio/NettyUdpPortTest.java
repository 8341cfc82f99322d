package io.packetfs.nettyio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.ChannelOption;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.port.FeatureUnavailableException;
import io.packetfs.protocol.port.Offload;
import io.packetfs.protocol.port.PortCounters;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is Netty's about the port: opening it, its threads, its counters, and real refusals by a real kernel. */
@Timeout(60)
@ExtendWith(LeakWatch.class)
class NettyUdpPortTest {
    private static final InetSocketAddress ANY_LOOPBACK = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);

    /** linux/socket.h: sends without checksums, which the kernel will not do for trains. */
    private static final ChannelOption<Integer> SO_NO_CHECK = new IntegerUnixChannelOption("SO_NO_CHECK", 1, 11);

    @Test
    void namesTheFeatureThatIsNotAvailable() {
        final NettyUdpPortConfig nio = NettyUdpPortConfig.on(ANY_LOOPBACK).withIo(UdpIo.NIO);

        assertThatThrownBy(() -> NettyUdpPort.open(nio.withGso(Offload.ON)))
                .isInstanceOf(FeatureUnavailableException.class)
                .hasMessage("gso=ON is not available: only epoll, on Linux, offloads");
        assertThatThrownBy(() -> NettyUdpPort.open(nio.withGro(Offload.ON)))
                .isInstanceOf(FeatureUnavailableException.class)
                .hasMessageStartingWith("gro=ON is not available");
    }

    @ParameterizedTest
    @EnumSource
    void namesTheAddressThatCannotBeBound(UdpIo io) {
        try (NettyUdpPort first = NettyUdpPort.open(NettyUdpPortConfig.on(ANY_LOOPBACK))) {
            final NettyUdpPortConfig second =
                    NettyUdpPortConfig.on(first.localAddress()).withIo(io);

            assertThatThrownBy(() -> NettyUdpPort.open(second))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("bind " + first.localAddress())
                    .hasMessageContaining("Address already in use");
        }
    }

    @Test
    void refusesASenselessConfiguration() {
        final NettyUdpPortConfig config = NettyUdpPortConfig.on(ANY_LOOPBACK);

        assertThatThrownBy(() -> config.withReceiveBufferBytes(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> config.withSendBufferBytes(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> NettyUdpPortConfig.on(InetSocketAddress.createUnresolved("nowhere.invalid", 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @EnumSource
    void saysWhatBuffersItGot(UdpIo io) {
        final NettyUdpPortConfig config = NettyUdpPortConfig.on(ANY_LOOPBACK).withIo(io);
        try (NettyUdpPort small =
                        NettyUdpPort.open(config.withReceiveBufferBytes(40_000).withSendBufferBytes(50_000));
                NettyUdpPort large = NettyUdpPort.open(config)) {
            assertThat(small.receiveBufferBytes()).isBetween(40_000, 80_000);
            assertThat(small.sendBufferBytes()).isBetween(50_000, 100_000);
            assertThat(large.receiveBufferBytes()).isGreaterThan(small.receiveBufferBytes());
            assertThat(large.sendBufferBytes()).isGreaterThan(small.sendBufferBytes());
        }
    }

    @ParameterizedTest
    @EnumSource
    void goesFromThreadToThread(UdpIo io) throws InterruptedException {
        final NettyUdpPortConfig config = NettyUdpPortConfig.on(ANY_LOOPBACK).withIo(io);
        final AtomicLong bytes = new AtomicLong();
        try (NettyUdpPort port = NettyUdpPort.open(config)) {
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
    void refusesCallsAfterClose() {
        final NettyUdpPort port = NettyUdpPort.open(NettyUdpPortConfig.on(ANY_LOOPBACK));
        port.close();

        assertThatThrownBy(() -> port.await(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> port.send(train(ANY_LOOPBACK, 1, 10))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> port.receive((source, memory, length, segmentBytes, ecn) -> {}))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void freesThePortNumberOnClose() {
        final NettyUdpPort first = NettyUdpPort.open(NettyUdpPortConfig.on(ANY_LOOPBACK));
        final InetSocketAddress address = first.localAddress();
        first.close();

        try (NettyUdpPort second = NettyUdpPort.open(NettyUdpPortConfig.on(address))) {
            assertThat(second.localAddress()).isEqualTo(address);
        }
    }

    @ParameterizedTest
    @EnumSource
    void countsWhatItMoves(UdpIo io) {
        final NettyUdpPortConfig config = NettyUdpPortConfig.on(ANY_LOOPBACK).withIo(io);
        try (NettyUdpPort port = NettyUdpPort.open(config)) {
            assertThat(port.send(train(port.localAddress(), 5, 1000))).isTrue();
            assertThat(port.send(train(port.localAddress(), 1, 64))).isTrue();
            receiveDatagrams(port, 6);

            final PortCounters counters = port.counters();
            assertThat(counters.trainsSent()).isEqualTo(2);
            assertThat(counters.datagramsSent()).isEqualTo(6);
            assertThat(counters.bytesSent()).isEqualTo(5064);
            assertThat(counters.datagramsReceived()).isEqualTo(6);
            assertThat(counters.bytesReceived()).isEqualTo(5064);
            assertThat(counters.batchesReceived()).isBetween(1L, 6L);
            assertThat(counters.datagramsLost()).isZero();
            assertThat(counters.sendsRefused()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void countsDatagramsForWhichThereIsNoWay(UdpIo io) {
        // From a socket bound to loopback the kernel sends nowhere else.
        final InetSocketAddress elsewhere = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 9);
        final NettyUdpPortConfig config = NettyUdpPortConfig.on(ANY_LOOPBACK).withIo(io);
        try (NettyUdpPort port = NettyUdpPort.open(config)) {
            final String carrier = port.features().carrier();

            assertThat(port.send(train(elsewhere, 5, 1000))).isTrue();

            assertThat(port.counters().datagramsUnreachable()).isEqualTo(5);
            assertThat(port.features().carrier()).isEqualTo(carrier);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void losesNothingWhenTheKernelDoesNotSegmentAfterAll() {
        try (NettyUdpPort sender =
                        NettyUdpPort.open(NettyUdpPortConfig.on(ANY_LOOPBACK).withGso(Offload.ON));
                NettyUdpPort receiver = NettyUdpPort.open(NettyUdpPortConfig.on(ANY_LOOPBACK))) {
            sender.socket().channel().config().setOption(SO_NO_CHECK, 1);

            assertThat(sender.send(train(receiver.localAddress(), 40, 1472))).isTrue();

            assertThat(receiveDatagrams(receiver, 40)).isEqualTo(40 * 1472);
            assertThat(sender.counters().offloadRefused()).isOne();
            assertThat(sender.counters().datagramsLost()).isZero();
            assertThat(sender.features().carrier()).isEqualTo("udp-epoll");
            assertThat(sender.send(train(receiver.localAddress(), 40, 1472))).isTrue();
            assertThat(receiveDatagrams(receiver, 40)).isEqualTo(40 * 1472);
            assertThat(sender.counters().offloadRefused()).isOne();
        }
    }

    private static long receiveDatagrams(NettyUdpPort port, int count) {
        final AtomicLong bytes = new AtomicLong();
        int received = 0;
        for (int i = 0; i < 100 && received < count; i++) {
            port.await(TimeUnit.MILLISECONDS.toNanos(100));
            received += port.receive((source, memory, length, segmentBytes, ecn) -> bytes.addAndGet(length));
        }
        assertThat(received).isEqualTo(count);
        return bytes.get();
    }

    private static DatagramTrain train(InetSocketAddress to, int count, int datagramBytes) {
        final DatagramTrain train = new DatagramTrain(count * datagramBytes);
        train.reset(to, datagramBytes, count);
        for (int i = 0; i < count; i++) {
            train.append(datagramBytes);
        }
        return train;
    }
}
