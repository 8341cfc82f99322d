package io.packetfs.afxdp;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.afxdp.VethHosts.Host;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XskSocketTest {
    private static final int PORT = 4433;

    private VethHosts hosts;

    @BeforeEach
    void open() {
        hosts = VethHosts.open();
    }

    @AfterEach
    void close() {
        if (hosts != null) {
            hosts.close();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void datagramsOfAKernelSocketArrive(boolean ipv6) {
        try (XskEnd b = XskEnd.open(hosts, Host.B, PORT)) {
            List<byte[]> sent = new ArrayList<>();
            hosts.inside(Host.A, () -> {
                try (DatagramSocket socket = new DatagramSocket()) {
                    for (int i = 0; i < 20; i++) {
                        byte[] payload = payload(i, 100 + i);
                        sent.add(payload);
                        InetAddress to = ipv6 ? hosts.ipv6(Host.B) : hosts.ipv4(Host.B);
                        socket.send(new DatagramPacket(payload, payload.length, new InetSocketAddress(to, PORT)));
                    }
                }
                return null;
            });

            List<byte[]> received =
                    b.receive(20, ipv6 ? TestPackets.IPV6_HEADERS_BYTES : TestPackets.IPV4_HEADERS_BYTES);

            assertThat(received).containsExactlyElementsOf(sent);
            b.checkBalance();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void packetsReachAKernelSocket(boolean ipv6) {
        InetAddress to = ipv6 ? hosts.ipv6(Host.B) : hosts.ipv4(Host.B);
        InetAddress from = ipv6 ? hosts.ipv6(Host.A) : hosts.ipv4(Host.A);
        try (XskEnd a = XskEnd.open(hosts, Host.A, PORT);
                DatagramSocket socket = hosts.inside(Host.B, () -> new DatagramSocket(PORT))) {
            byte[] payload = payload(7, 1_200);

            a.send(TestPackets.udp(hosts.ethernet(Host.B), hosts.ethernet(Host.A), from, to, PORT, payload));
            DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
            socket.setSoTimeout(5_000);
            socket.receive(packet);

            assertThat(java.util.Arrays.copyOf(packet.getData(), packet.getLength()))
                    .isEqualTo(payload);
            a.completeAll();
            a.checkBalance();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static byte[] payload(int seed, int bytes) {
        byte[] payload = new byte[bytes];
        new java.util.Random(seed).nextBytes(payload);
        return payload;
    }
}
