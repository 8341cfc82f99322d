package io.packetfs.afxdp;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.afxdp.VethHosts.Host;
import io.packetfs.linux.Linux;
import io.packetfs.linux.NetworkDevices.NetworkDevice;
import io.packetfs.linux.Poller;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several sockets over one packet memory: on several queues, and several on one. */
class SharedUmemTest {
    private static final int PORT = 4433;
    private static final int FRAMES_EACH = 64;

    private VethHosts hosts;

    @BeforeEach
    void open() {
        hosts = VethHosts.open(1500, 2);
    }

    @AfterEach
    void close() {
        if (hosts != null) {
            hosts.close();
        }
    }

    private XskSocket open(Umem umem, Host host, int queue) {
        NetworkDevice device = hosts.find(host);
        assertThat(device.receiveQueueCount()).isEqualTo(2);
        XskConfig config = XskConfig.of(device, queue, FRAMES_EACH).withEntries(32, 32);
        return hosts.inside(host, () -> XskSocket.open(umem, config));
    }

    private void send(XskSocket socket, int number) {
        byte[] packet = TestPackets.udp(
                hosts.ethernet(Host.B),
                hosts.ethernet(Host.A),
                hosts.ipv4(Host.A),
                hosts.ipv4(Host.B),
                PORT,
                new byte[] {(byte) number});
        FrameBatch batch = new FrameBatch(1);
        assertThat(socket.take(batch, 1)).isOne();
        MemorySegment.copy(packet, 0, socket.umem().memory(), ValueLayout.JAVA_BYTE, batch.address(0), packet.length);
        batch.setLength(0, packet.length);
        assertThat(socket.send(batch)).isOne();
        assertThat(socket.flush()).isEqualTo(WakeResult.DONE);
    }

    private static List<Integer> receive(XskSocket socket, int count) {
        List<Integer> numbers = new ArrayList<>();
        FrameBatch batch = new FrameBatch(8);
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        try (Poller poller = Linux.polling().open(List.of(socket))) {
            while (numbers.size() < count && System.nanoTime() - deadlineNs < 0) {
                poller.await(TimeUnit.MILLISECONDS.toNanos(50));
                socket.receive(batch);
                for (int i = 0; i < batch.count(); i++) {
                    numbers.add((int) socket.umem()
                            .memory()
                            .get(ValueLayout.JAVA_BYTE, batch.address(i) + TestPackets.IPV4_HEADERS_BYTES));
                }
                socket.recycle(batch);
                socket.fill(32);
            }
        }
        return numbers;
    }

    private static void awaitCompletion(XskSocket socket) {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (socket.frames().count(FrameState.TX) > 0 && System.nanoTime() - deadlineNs < 0) {
            socket.complete();
            Thread.onSpinWait();
        }
        socket.frames().checkBalance();
        assertThat(socket.frames().count(FrameState.TX)).isZero();
    }

    @Test
    void eachQueueHasASocketWithFramesOfItsOwn() {
        try (Umem umemA = Umem.map(UmemConfig.of(2 * FRAMES_EACH));
                Umem umemB = Umem.map(UmemConfig.of(2 * FRAMES_EACH));
                XskSocket a0 = open(umemA, Host.A, 0);
                XskSocket a1 = open(umemA, Host.A, 1);
                XskSocket b0 = open(umemB, Host.B, 0);
                XskSocket b1 = open(umemB, Host.B, 1);
                XdpSteering steering = hosts.inside(
                        Host.B, () -> XdpSteering.attach(hosts.find(Host.B), XdpFilter.port(PORT), false))) {
            for (XskSocket socket : List.of(b0, b1)) {
                steering.add(socket);
                socket.fill(32);
            }
            assertThat(umemA.unusedFrameCount()).isZero();
            assertThat(b1.frames().firstFrame()).isEqualTo(FRAMES_EACH);

            for (int i = 0; i < 10; i++) {
                send(i % 2 == 0 ? a0 : a1, i);
            }

            assertThat(receive(b0, 5)).containsExactly(0, 2, 4, 6, 8);
            assertThat(receive(b1, 5)).containsExactly(1, 3, 5, 7, 9);
            for (XskSocket socket : List.of(a0, a1, b0, b1)) {
                awaitCompletion(socket);
                assertThat(socket.unknownCompletionCount()).isZero();
                assertThat(socket.invalidReceivedCount()).isZero();
            }
        }
    }

    @Test
    void theMemoryStaysRegisteredWhenTheSocketThatRegisteredItIsClosed() {
        try (Umem umemA = Umem.map(UmemConfig.of(2 * FRAMES_EACH));
                XskEnd b = XskEnd.open(hosts, Host.B, PORT)) {
            XskSocket first = open(umemA, Host.A, 0);
            try (XskSocket second = open(umemA, Host.A, 1)) {
                first.close();
                assertThat(umemA.unusedFrameCount()).isEqualTo(FRAMES_EACH);
                try (XskSocket third = open(umemA, Host.A, 0)) {
                    send(third, 1);
                    assertThat(receive(b.socket, 1)).containsExactly(1);
                    awaitCompletion(third);
                }
                awaitCompletion(second);
            }
            assertThat(umemA.unusedFrameCount()).isEqualTo(2 * FRAMES_EACH);
        }
    }

    @Test
    void socketsOfOneQueueShareFramesAndOutliveEachOther() {
        try (Umem umemA = Umem.map(UmemConfig.of(FRAMES_EACH));
                XskEnd b = XskEnd.open(hosts, Host.B, PORT)) {
            XskSocket first = open(umemA, Host.A, 0);
            try (XskSocket second = open(umemA, Host.A, 0)) {
                assertThat(second.frames()).isSameAs(first.frames());
                send(first, 1);
                send(second, 2);
                assertThat(receive(b.socket, 2)).containsExactly(1, 2);
                awaitCompletion(first);

                first.close();
                assertThat(umemA.unusedFrameCount()).isZero();
                send(second, 3);
                assertThat(receive(b.socket, 1)).containsExactly(3);
                awaitCompletion(second);
            }
            assertThat(umemA.unusedFrameCount()).isEqualTo(FRAMES_EACH);
            open(umemA, Host.A, 0).close();
        }
    }
}
