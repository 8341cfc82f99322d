package io.packetfs.afxdp;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.afxdp.VethHosts.Host;
import io.packetfs.linux.Bpf.XdpMode;
import io.packetfs.linux.Linux;
import io.packetfs.linux.Poller;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Packets that are larger than a frame, at an MTU of 9000. */
class MultiBufferTest {
    private static final int PORT = 4433;
    private static final int PAYLOAD_BYTES = 8_900;

    private VethHosts hosts;

    @BeforeEach
    void open() {
        hosts = VethHosts.open(9_000, 1);
    }

    @AfterEach
    void close() {
        if (hosts != null) {
            hosts.close();
        }
    }

    private XskEnd end(Host host) {
        XskConfig config = XskEnd.config(hosts, host).withMultiBuffer(true);
        return XskEnd.open(hosts, host, PORT, config, UmemConfig.of(XskEnd.FRAMES));
    }

    private static int sendInPieces(XskEnd end, byte[] packet) {
        int pieceBytes = 4_000;
        int pieces = (packet.length + pieceBytes - 1) / pieceBytes;
        FrameBatch batch = new FrameBatch(pieces);
        assertThat(end.socket.take(batch, pieces)).isEqualTo(pieces);
        for (int i = 0; i < pieces; i++) {
            int from = i * pieceBytes;
            end.write(batch, i, Arrays.copyOfRange(packet, from, Math.min(packet.length, from + pieceBytes)));
            batch.setContinues(i, i < pieces - 1);
        }
        assertThat(end.socket.send(batch)).isEqualTo(pieces);
        assertThat(end.socket.flush()).isEqualTo(WakeResult.DONE);
        return pieces;
    }

    /** The next packet, whole. */
    private static byte[] receive(XskEnd end) {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        FrameBatch batch = new FrameBatch(8);
        boolean whole = false;
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        try (Poller poller = Linux.polling().open(List.of(end.socket))) {
            while (!whole && System.nanoTime() - deadlineNs < 0) {
                poller.await(TimeUnit.MILLISECONDS.toNanos(50));
                end.socket.receive(batch);
                for (int i = 0; i < batch.count(); i++) {
                    packet.writeBytes(end.umem
                            .memory()
                            .asSlice(batch.address(i), batch.lengthBytes(i))
                            .toArray(ValueLayout.JAVA_BYTE));
                    whole = !batch.continues(i);
                }
                end.socket.recycle(batch);
                end.socket.fill(64);
            }
        }
        return packet.toByteArray();
    }

    private byte[] packet(byte[] payload) {
        return TestPackets.udp(
                hosts.ethernet(Host.B), hosts.ethernet(Host.A), hosts.ipv4(Host.A), hosts.ipv4(Host.B), PORT, payload);
    }

    @Test
    void aLargePacketGoesFromFramesToFrames() {
        try (XskEnd a = end(Host.A);
                XskEnd b = end(Host.B)) {
            assertThat(b.steering.mode()).contains(XdpMode.NATIVE);
            byte[] packet = packet(XskSocketTest.payload(1, PAYLOAD_BYTES));

            assertThat(sendInPieces(a, packet)).isEqualTo(3);

            assertThat(receive(b)).isEqualTo(packet);
            a.completeAll();
            a.checkBalance();
            b.checkBalance();
        }
    }

    @Test
    void aLargeDatagramOfAKernelSocketArrivesInSeveralFrames() {
        byte[] payload = XskSocketTest.payload(2, PAYLOAD_BYTES);
        try (XskEnd b = end(Host.B)) {
            hosts.inside(Host.A, () -> {
                try (DatagramSocket socket = new DatagramSocket()) {
                    socket.send(new DatagramPacket(
                            payload, payload.length, new InetSocketAddress(hosts.ipv4(Host.B), PORT)));
                }
                return null;
            });

            byte[] packet = receive(b);

            assertThat(Arrays.copyOfRange(packet, TestPackets.IPV4_HEADERS_BYTES, packet.length))
                    .isEqualTo(payload);
            b.checkBalance();
        }
    }

    @Test
    void aLargePacketReachesAKernelSocket() throws IOException {
        byte[] payload = XskSocketTest.payload(3, PAYLOAD_BYTES);
        try (XskEnd a = end(Host.A);
                DatagramSocket socket = hosts.inside(Host.B, () -> new DatagramSocket(PORT))) {
            sendInPieces(a, packet(payload));
            DatagramPacket received = new DatagramPacket(new byte[10_000], 10_000);
            socket.setSoTimeout(5_000);
            socket.receive(received);

            assertThat(Arrays.copyOf(received.getData(), received.getLength())).isEqualTo(payload);
            a.completeAll();
            a.checkBalance();
        }
    }

    @Test
    void aPacketOfSeveralFramesIsNeverTornApartAtTheEndOfTheRing() {
        XskConfig config = XskEnd.config(hosts, Host.A).withEntries(4, 4).withMultiBuffer(true);
        try (XskEnd a = XskEnd.open(hosts, Host.A, PORT, config, UmemConfig.of(XskEnd.FRAMES))) {
            FrameBatch batch = new FrameBatch(6);
            a.socket.take(batch, 6);
            for (int i = 0; i < 6; i++) {
                MemorySegment.copy(
                        packet(new byte[0]), 0, a.umem.memory(), ValueLayout.JAVA_BYTE, batch.address(i), 42);
                batch.setLength(i, 42);
                batch.setContinues(i, i % 3 != 2);
            }

            assertThat(a.socket.send(batch)).isEqualTo(3);

            assertThat(batch.count()).isEqualTo(3);
            a.socket.flush();
            a.completeAll();
            assertThat(a.socket.send(batch)).isEqualTo(3);
            a.socket.flush();
            a.completeAll();
            a.checkBalance();
        }
    }

    @Test
    void aProgramForSingleBuffersDoesNotRunInADriverWithLargePackets() {
        try (XdpSteering steering =
                hosts.inside(Host.A, () -> XdpSteering.attach(hosts.find(Host.A), XdpFilter.port(PORT), false))) {
            assertThat(steering.mode()).contains(XdpMode.SKB);
            assertThat(steering.modeReason()).startsWith("xea does not run it in its driver: bpf(BPF_LINK_CREATE");
        }
    }
}
