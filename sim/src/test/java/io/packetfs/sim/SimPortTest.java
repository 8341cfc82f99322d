package io.packetfs.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.sun.management.ThreadMXBean;
import io.packetfs.protocol.port.DatagramReceiver;
import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.port.PortFeatures;
import io.packetfs.sim.TwoHosts.Received;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimPortTest {
    private static final DatagramReceiver NOBODY = (source, memory, length, segmentBytes, ecn) -> {};

    @Test
    void mergesDatagramsThatArriveTogetherAndReportsTheirSize() {
        TwoHosts hosts = merging(Merging.GRO);

        hosts.send(hosts.a, hosts.b.localAddress(), 0, bytes(1, 100), bytes(2, 100), bytes(3, 70));
        hosts.run();

        Received received = hosts.atB.getFirst();
        assertThat(hosts.atB).hasSize(1);
        assertThat(received.length()).isEqualTo(270);
        assertThat(received.segmentBytes()).isEqualTo(100);
        assertThat(Arrays.copyOfRange(received.bytes(), 200, 270)).isEqualTo(bytes(3, 70));
    }

    @Test
    void mayKeepTheSegmentSizeToItself() {
        TwoHosts hosts = merging(Merging.SIZE_UNKNOWN);

        hosts.send(hosts.a, hosts.b.localAddress(), 0, bytes(1, 100), bytes(2, 100));
        hosts.run();

        assertThat(hosts.atB).extracting(Received::length).containsExactly(200);
        assertThat(hosts.atB).extracting(Received::segmentBytes).containsExactly(0);
    }

    @Test
    void aShorterDatagramEndsTheMergeAndALongerOneStartsAnother() {
        TwoHosts hosts = merging(Merging.GRO);

        for (int length : new int[] {100, 100, 60, 100, 100, 200, 200}) {
            hosts.send(1, length);
        }
        hosts.run();

        assertThat(hosts.atB).extracting(Received::length).containsExactly(260, 200, 400);
        assertThat(hosts.atB).extracting(Received::segmentBytes).containsExactly(100, 100, 200);
    }

    @Test
    void mergesNeitherSourcesNorEcnFieldsNorMoreThanTheLimit() {
        TwoHosts hosts = merging(new Merging(3, true, 0));
        SimPort other = hosts.network.bind(new InetSocketAddress(TwoHosts.HOST_A, 1001));

        hosts.send(hosts.a, hosts.b.localAddress(), 0, bytes(1, 10));
        hosts.send(other, hosts.b.localAddress(), 0, bytes(1, 10));
        hosts.send(other, hosts.b.localAddress(), EcnMarking.CE, bytes(1, 10));
        for (int i = 0; i < 4; i++) {
            hosts.send(1, 10);
        }
        hosts.run();

        assertThat(hosts.atB).extracting(Received::length).containsExactly(10, 10, 10, 30, 10);
        assertThat(hosts.atB).extracting(Received::ecn).containsExactly(0, 0, 3, 0, 0);
    }

    @Test
    void mergedDatagramsStayWithinOneUdpPayload() {
        TwoHosts hosts = merging(Merging.GRO);

        for (int i = 0; i < 8; i++) {
            hosts.send(i, 9_000);
        }
        hosts.run();

        assertThat(hosts.atB).extracting(Received::length).containsExactly(63_000, 9_000);
    }

    @Test
    void coalescingLetsDatagramsOfASlowLinkArriveTogether() {
        TwoHosts hosts = new TwoHosts(LinkSettings.builder()
                .rateMegabitsPerSecond(8)
                .merging(new Merging(64, true, 4 * TwoHosts.MS))
                .build());

        for (int i = 0; i < 8; i++) {
            hosts.send(i, 972);
        }
        hosts.run();

        assertThat(hosts.atB).extracting(Received::length).containsExactly(4 * 972, 4 * 972);
        assertThat(hosts.timesAtB()).containsExactly(4 * TwoHosts.MS, 8 * TwoHosts.MS);
    }

    @Test
    void oneReceiveHandsOverABoundedBatch() {
        TwoHosts hosts = new TwoHosts(LinkSettings.CLEAN);
        for (int i = 0; i < 100; i++) {
            hosts.send(i, 10);
        }
        hosts.network.advanceTo(0);

        assertThat(hosts.b.receive(NOBODY)).isEqualTo(64);
        assertThat(hosts.b.receive(NOBODY)).isEqualTo(36);
        assertThat(hosts.b.receive(NOBODY)).isZero();
    }

    @Test
    void whatFindsTheReceiveBufferFullIsLostAndCounted() {
        TwoHosts hosts = new TwoHosts(LinkSettings.CLEAN);
        hosts.b.receiveBufferBytesMax(1_000);
        for (int i = 0; i < 15; i++) {
            hosts.send(i, 100);
        }
        hosts.network.advanceTo(0);
        hosts.receive();
        hosts.send(99, 100);
        hosts.run();

        assertThat(hosts.atB).hasSize(11);
        assertThat(hosts.there.counters().datagrams(LinkEvent.OVERRUN)).isEqualTo(5);
    }

    @Test
    void allocatesNothingPerDatagramOnceWarm() {
        TwoHosts hosts = new TwoHosts(LinkSettings.builder()
                .delayMs(1)
                .rateMegabitsPerSecond(1_000)
                .lossProbability(0.01)
                .build());
        DatagramTrain train = train(hosts.b, 45, 1_400);
        long least = Long.MAX_VALUE; // of rounds in which the compiler catches up
        for (int round = 0; round < 10; round++) {
            long before = allocatedBytes();
            for (int i = 0; i < 1_000; i++) {
                hosts.a.send(train);
                hosts.network.advanceTo(hosts.network.nowNs() + TwoHosts.MS);
                while (hosts.b.receive(NOBODY) > 0) {}
            }
            least = Math.min(least, allocatedBytes() - before);
        }

        // A train may cost a small look-up key; its 45 datagrams nothing.
        assertThat(least / 45_000.0).isLessThan(2.0);
        assertThat(hosts.there.counters().datagrams(LinkEvent.DELIVERED)).isGreaterThan(440_000);
    }

    @Test
    void canBeBoundWithLessThanItCanDo() {
        SimNetwork network =
                new SimNetwork(1, LinkSettings.builder().merging(Merging.GRO).build());
        PortFeatures plain = new PortFeatures("sim-plain", 2, 150, false, false, false, false);
        SimPort a = network.bind(new InetSocketAddress(TwoHosts.HOST_A, 1), plain);
        SimPort b = network.bind(new InetSocketAddress(TwoHosts.HOST_B, 1), SimPort.FEATURES);
        SimPort c = network.bind(new InetSocketAddress(TwoHosts.HOST_B, 2), plain);
        int[] ecnAtB = {99};

        assertThat(a.features()).isEqualTo(plain);
        assertThatIllegalArgumentException().isThrownBy(() -> a.send(train(b, 3, 10)));
        assertThatIllegalArgumentException().isThrownBy(() -> a.send(train(b, 2, 100)));
        assertThat(a.send(train(b, 1, 10))).isTrue();
        assertThat(a.send(train(c, 2, 10))).isTrue();
        network.advanceTo(0);
        b.receive((source, memory, length, segmentBytes, ecn) -> ecnAtB[0] = ecn);
        c.receive((source, memory, length, segmentBytes, ecn) -> {
            assertThat(length).as("not merged").isEqualTo(10);
            assertThat(ecn).isEqualTo(DatagramReceiver.ECN_UNKNOWN);
        });
        assertThat(ecnAtB[0]).as("not marked").isEqualTo(EcnMarking.NOT_ECT);
    }

    @Test
    void refusesAsManySendsAsItIsTold() {
        TwoHosts hosts = new TwoHosts(LinkSettings.CLEAN);
        hosts.a.refuseSends(2);
        DatagramTrain train = train(hosts.b, 1, 10);

        assertThat(List.of(hosts.a.send(train), hosts.a.send(train), hosts.a.send(train)))
                .containsExactly(false, false, true);
        assertThat(hosts.there.counters().datagrams(LinkEvent.SENT)).isEqualTo(1);
    }

    @Test
    void aClosedPortSendsNothing() {
        TwoHosts hosts = new TwoHosts(LinkSettings.CLEAN);
        hosts.a.close();

        assertThatIllegalStateException().isThrownBy(() -> hosts.send(1, 10)).withMessageContaining("10.0.0.1:1000");
    }

    @Test
    void waitingReturnsAtOnceAndMovesNoClock() {
        TwoHosts hosts = new TwoHosts(LinkSettings.CLEAN);

        hosts.a.await(Long.MAX_VALUE);
        hosts.a.wakeup();

        assertThat(hosts.network.nowNs()).isZero();
    }

    private static TwoHosts merging(Merging merging) {
        return new TwoHosts(LinkSettings.builder().merging(merging).build());
    }

    private static long allocatedBytes() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    private static byte[] bytes(int value, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static DatagramTrain train(SimPort to, int count, int segmentBytes) {
        DatagramTrain train = new DatagramTrain(PortFeatures.UDP_PAYLOAD_BYTES_MAX);
        train.reset(to.localAddress(), segmentBytes, count);
        train.ecn(EcnMarking.ECT_0);
        for (int i = 0; i < count; i++) {
            train.append(segmentBytes);
        }
        return train;
    }
}
