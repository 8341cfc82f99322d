package io.packetfs.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.packetfs.sim.UdpRelay.Direction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Over real sockets on loopback, of each kind that a relay can have. Times are only checked from below: nothing may come before its delay
 * is over.
 */
abstract class UdpRelayTest {
    private static final InetSocketAddress ANY_LOOPBACK = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final long SEED = 5;
    private static final int PATIENCE_MS = 20_000;

    private DatagramSocket client;
    private DatagramSocket target;
    private UdpRelay relay;

    abstract UdpRelay.Binder binder();

    @BeforeEach
    void openSockets() throws IOException {
        client = socket();
        target = socket();
        relay = UdpRelay.start(binder(), ANY_LOOPBACK, address(target), LinkSettings.CLEAN, SEED);
    }

    @AfterEach
    void closeSockets() {
        relay.close();
        client.close();
        target.close();

        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("udp-relay"));
    }

    @Test
    void passesDatagramsBothWays() throws IOException {
        send(client, relay.address(), "question");
        DatagramPacket question = receive(target);
        send(target, question.getSocketAddress(), "answer");
        DatagramPacket answer = receive(client);

        assertThat(text(question)).isEqualTo("question");
        assertThat(text(answer)).isEqualTo("answer");
        assertThat(answer.getSocketAddress()).isEqualTo(relay.address());
        awaitCount(Direction.DOWNSTREAM, LinkEvent.DELIVERED, 1);
        assertThat(relay.counters(Direction.UPSTREAM)).hasToString("SENT=1 PASSED=1 DELIVERED=1");
        assertThat(relay.counters(Direction.DOWNSTREAM)).hasToString("SENT=1 PASSED=1 DELIVERED=1");
        assertThat(relay.counters(Direction.UPSTREAM).bytes(LinkEvent.DELIVERED))
                .isEqualTo(8);
    }

    @Test
    void delaysEachDirectionByAtLeastWhatIsSet() throws IOException {
        relay.settings(Direction.UPSTREAM, LinkSettings.builder().delayMs(30).build());
        relay.settings(Direction.DOWNSTREAM, LinkSettings.builder().delayMs(20).build());
        for (int i = 0; i < 5; i++) {
            long startNs = System.nanoTime();

            send(client, relay.address(), "question");
            DatagramPacket question = receive(target);
            long thereNs = System.nanoTime() - startNs;
            send(target, question.getSocketAddress(), "answer");
            receive(client);

            assertThat(thereNs).isGreaterThanOrEqualTo(30_000_000);
            assertThat(System.nanoTime() - startNs).isGreaterThanOrEqualTo(50_000_000);
        }
    }

    @Test
    void nothingComesFasterThanTheRate() throws IOException {
        // 972 + 28 bytes at 8 Mbit/s are 1 ms.
        relay.settings(
                Direction.UPSTREAM,
                LinkSettings.builder().rateMegabitsPerSecond(8).build());
        long startNs = System.nanoTime();
        for (int i = 0; i < 50; i++) {
            send(client, relay.address(), new byte[972]);
        }
        for (int i = 1; i <= 50; i++) {
            receive(target);
            assertThat(System.nanoTime() - startNs).isGreaterThanOrEqualTo(i * 1_000_000L);
        }
    }

    @Test
    void losesTheSameDatagramsAsTheSimulationWithItsSeed() throws IOException {
        LinkSettings settings = LinkSettings.builder()
                .lossProbability(0.2)
                .lossBursts(LossBursts.of(0.1, 3))
                .build();
        relay.settings(Direction.UPSTREAM, settings);
        Impairment twin = new Impairment(RandomStream.seed(SEED, 1), settings, new LinkCounters());
        int passedCount = 0;
        for (int i = 0; i < 500; i++) {
            send(client, relay.address(), ByteBuffer.allocate(4).putInt(i).array());
            if (twin.onDatagram(0, 4, EcnMarking.NOT_ECT) == LinkEvent.PASSED) {
                passedCount++;
                assertThat(ByteBuffer.wrap(receive(target).getData()).getInt()).isEqualTo(i);
            }
            awaitCount(Direction.UPSTREAM, LinkEvent.SENT, i + 1);
        }

        LinkCounters counters = relay.counters(Direction.UPSTREAM);
        assertThat(counters.datagrams(LinkEvent.PASSED)).isEqualTo(passedCount);
        assertThat(counters.droppedOnLink()).isEqualTo(500 - passedCount);
        assertThat(counters.datagrams(LinkEvent.LOST)).isPositive();
        assertThat(counters.datagrams(LinkEvent.LOST_IN_BURST)).isPositive();
        assertThat(relay.counters(Direction.DOWNSTREAM).droppedOnLink()).isZero();
    }

    @Test
    void settingsMayChangeWhileItRuns() throws IOException {
        send(client, relay.address(), "one");
        receive(target);
        relay.settings(
                Direction.UPSTREAM, LinkSettings.builder().payloadBytesMax(5).build());
        send(client, relay.address(), "too large");
        awaitCount(Direction.UPSTREAM, LinkEvent.TOO_LARGE, 1);
        relay.settings(
                Direction.UPSTREAM,
                LinkSettings.builder().blackout(Blackout.since(0)).build());
        send(client, relay.address(), "dark");
        awaitCount(Direction.UPSTREAM, LinkEvent.DARKENED, 1);
        relay.settings(Direction.UPSTREAM, LinkSettings.CLEAN);
        send(client, relay.address(), "two");

        assertThat(text(receive(target))).isEqualTo("two");
        assertThat(relay.settings(Direction.UPSTREAM)).isEqualTo(LinkSettings.CLEAN);
    }

    @Test
    void doublesCorruptsAndReorders() throws IOException {
        relay.settings(
                Direction.UPSTREAM,
                LinkSettings.builder()
                        .duplicateProbability(1.0)
                        .corruption(Corruption.ofBits(1.0))
                        .build());
        send(client, relay.address(), new byte[64]);
        DatagramPacket first = receive(target);
        DatagramPacket second = receive(target);
        relay.settings(
                Direction.UPSTREAM,
                LinkSettings.builder()
                        .reordering(new Reordering(1.0, 50_000_000, 50_000_000))
                        .build());
        send(client, relay.address(), "early");
        awaitCount(Direction.UPSTREAM, LinkEvent.REORDERED, 1);
        relay.settings(Direction.UPSTREAM, LinkSettings.CLEAN);
        send(client, relay.address(), "late");
        String third = text(receive(target));
        String fourth = text(receive(target));

        assertThat(BitSet.valueOf(first.getData()).cardinality()).isEqualTo(1);
        assertThat(second.getData()).isEqualTo(first.getData());
        assertThat(List.of(third, fourth)).containsExactlyInAnyOrder("early", "late");
        assertThat(relay.counters(Direction.UPSTREAM).datagrams(LinkEvent.DUPLICATED))
                .isEqualTo(1);
    }

    @Test
    void theTargetTellsClientsApart() throws IOException {
        try (DatagramSocket other = socket()) {
            send(client, relay.address(), "a");
            DatagramPacket fromClient = receive(target);
            send(other, relay.address(), "b");
            DatagramPacket fromOther = receive(target);
            send(target, fromOther.getSocketAddress(), "to other");
            send(target, fromClient.getSocketAddress(), "to client");

            assertThat(fromClient.getSocketAddress()).isNotEqualTo(fromOther.getSocketAddress());
            assertThat(text(receive(client))).isEqualTo("to client");
            assertThat(text(receive(other))).isEqualTo("to other");
            assertThat(relay.clientCount()).isEqualTo(2);
        }
    }

    @Test
    void reboundClientsComeFromAnotherPort() throws IOException {
        send(client, relay.address(), "before");
        SocketAddress before = receive(target).getSocketAddress();

        relay.rebindClients();
        await(() -> relay.clientCount() == 0);
        send(client, relay.address(), "after");
        SocketAddress after = receive(target).getSocketAddress();
        send(target, after, "answer");

        assertThat(after).isNotEqualTo(before);
        assertThat(text(receive(client))).isEqualTo("answer");
    }

    @Test
    void whatIsUnderWayFromTheOldPortIsLostByARebinding() throws IOException {
        relay.settings(Direction.UPSTREAM, LinkSettings.builder().delayMs(300).build());
        send(client, relay.address(), "under way");
        awaitCount(Direction.UPSTREAM, LinkEvent.PASSED, 1);

        relay.rebindClients();

        await(() -> relay.counters(Direction.UPSTREAM).datagrams(LinkEvent.UNREACHABLE)
                        + relay.counters(Direction.UPSTREAM).datagrams(LinkEvent.DELIVERED)
                == 1);
        assertThat(relay.counters(Direction.UPSTREAM).datagrams(LinkEvent.UNREACHABLE))
                .isEqualTo(1);
    }

    @Test
    void moreThanTheLimitUnderWayIsDroppedAndCounted() throws IOException {
        relay.settings(
                Direction.UPSTREAM, LinkSettings.builder().delayMs(3_000_000).build());
        int length = 65_000;
        long fitting = UdpRelay.UNDER_WAY_BYTES_MAX / length;
        for (int i = 1; i <= fitting + 5; i++) {
            send(client, relay.address(), new byte[length]);
            awaitCount(Direction.UPSTREAM, LinkEvent.SENT, i);
        }
        awaitCount(Direction.UPSTREAM, LinkEvent.OVERRUN, 5);

        assertThat(relay.counters(Direction.UPSTREAM).datagrams(LinkEvent.OVERRUN))
                .isEqualTo(5);
    }

    @Test
    void theClientLongestSilentGivesWay() throws IOException {
        List<DatagramSocket> others = new ArrayList<>();
        try {
            send(client, relay.address(), "first");
            SocketAddress first = receive(target).getSocketAddress();
            for (int i = 0; i < UdpRelay.CLIENTS_MAX; i++) {
                DatagramSocket other = socket();
                others.add(other);
                send(other, relay.address(), "x");
                receive(target);
            }
            send(client, relay.address(), "again");

            assertThat(receive(target).getSocketAddress()).isNotEqualTo(first);
            assertThat(relay.clientCount()).isEqualTo(UdpRelay.CLIENTS_MAX);
        } finally {
            others.forEach(DatagramSocket::close);
        }
    }

    @Test
    void aTargetThatRefusesIsNoFailure() throws IOException {
        InetSocketAddress deserted = address(target);
        target.close();
        for (int i = 1; i <= 20; i++) {
            send(client, relay.address(), "anyone?");
            awaitCount(Direction.UPSTREAM, LinkEvent.SENT, i);
        }
        try (DatagramSocket reborn = new DatagramSocket(deserted)) {
            reborn.setSoTimeout(200);
            DatagramPacket heard = null;
            for (int i = 0; heard == null && i < 100; i++) {
                send(client, relay.address(), "anyone?");
                heard = tryReceive(reborn);
            }

            assertThat(heard).isNotNull();
        }
    }

    @Test
    void closingFreesThePortAndIsIdempotent() throws IOException {
        int port = relay.address().getPort();
        send(client, relay.address(), "hello");
        receive(target);

        relay.close();
        relay.close();

        try (DatagramSocket again = new DatagramSocket(port, ANY_LOOPBACK.getAddress())) {
            assertThat(again.getLocalPort()).isEqualTo(port);
        }
        assertThat(relay.clientCount()).isZero();
    }

    @Test
    void closesWhileDatagramsAreUnderWay() throws IOException {
        relay.settings(
                Direction.UPSTREAM, LinkSettings.builder().delayMs(3_000_000).build());
        send(client, relay.address(), "never comes");
        awaitCount(Direction.UPSTREAM, LinkEvent.PASSED, 1);

        relay.close();

        assertThat(relay.counters(Direction.UPSTREAM)).hasToString("SENT=1 PASSED=1");
    }

    @Test
    void saysWhichPortItCannotBind() {
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> UdpRelay.start(binder(), address(target), address(client), LinkSettings.CLEAN, 1))
                .withMessageContaining(":" + target.getLocalPort());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UdpRelay.start(
                        ANY_LOOPBACK, InetSocketAddress.createUnresolved("nowhere", 1), LinkSettings.CLEAN, 1))
                .withMessageContaining("nowhere");
    }

    private static DatagramSocket socket() throws IOException {
        DatagramSocket socket = new DatagramSocket(ANY_LOOPBACK);
        socket.setSoTimeout(PATIENCE_MS);
        return socket;
    }

    private static InetSocketAddress address(DatagramSocket socket) {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    private static void send(DatagramSocket from, SocketAddress to, String text) throws IOException {
        send(from, to, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(DatagramSocket from, SocketAddress to, byte[] bytes) throws IOException {
        from.send(new DatagramPacket(bytes, bytes.length, to));
    }

    private static DatagramPacket receive(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[2_048], 2_048);
        socket.receive(packet);
        packet.setData(Arrays.copyOf(packet.getData(), packet.getLength()));
        return packet;
    }

    private static DatagramPacket tryReceive(DatagramSocket socket) throws IOException {
        try {
            return receive(socket);
        } catch (SocketTimeoutException e) {
            return null;
        }
    }

    private static String text(DatagramPacket packet) {
        return new String(packet.getData(), StandardCharsets.UTF_8);
    }

    private void awaitCount(Direction direction, LinkEvent event, long count) {
        await(() -> relay.counters(direction).datagrams(event) >= count);
    }

    private static void await(BooleanSupplier condition) {
        long startNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - startNs).as("patience").isLessThan(PATIENCE_MS * 1_000_000L);
            LockSupport.parkNanos(50_000);
        }
    }
}
