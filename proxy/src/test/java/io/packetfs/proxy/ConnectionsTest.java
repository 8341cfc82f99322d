package io.packetfs.proxy;

import static eu.rekawek.toxiproxy.model.ToxicDirection.UPSTREAM;
import static io.packetfs.proxy.ProxyFixture.connect;
import static io.packetfs.proxy.ProxyFixture.roundTripMs;
import static org.assertj.core.api.Assertions.assertThat;

import eu.rekawek.toxiproxy.Proxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of connections when either side misbehaves. */
class ConnectionsTest {
    private static final long DIRECTION_BYTES_MAX = 1 << 18;

    private ProxyFixture fixture;
    private Proxy proxy;

    @BeforeEach
    void start() throws IOException {
        fixture = new ProxyFixture(new ProxyLimits(10, 10, 1_000, DIRECTION_BYTES_MAX, 1 << 24), 1);
        proxy = fixture.echoProxy();
    }

    @AfterEach
    void stop() throws IOException {
        fixture.close();
    }

    @Test
    void aHalfCloseIsPassedOnAndTheAnswerStillComes() throws IOException {
        try (Socket socket = connect(proxy)) {
            socket.getOutputStream().write(new byte[] {1, 2, 3});
            socket.shutdownOutput();
            assertThat(socket.getInputStream().readAllBytes()).containsExactly(1, 2, 3);
        }
        awaitNoConnection();
    }

    @Test
    void aResetClientClosesTheUpstreamSide() throws Exception {
        try (Socket socket = connect(proxy)) {
            roundTripMs(socket);
            socket.setSoLinger(true, 0);
        }
        awaitNoConnection();
        for (int i = 0; i < 500 && fixture.echoingCount() > 0; i++) {
            Thread.sleep(10);
        }
        assertThat(fixture.echoingCount()).isZero();
    }

    @Test
    void whatAResetClientLeftBehindIsStillSentUntilTheProxyIsDisabled() throws Exception {
        proxy.toxics().bandwidth("slow", UPSTREAM, 1);
        try (Socket socket = connect(proxy)) {
            socket.getOutputStream().write(new byte[50_000]);
            for (int i = 0; i < 2_000 && fixture.owner.bytesHeld() < 40_000; i++) {
                Thread.sleep(10);
            }
            socket.setSoLinger(true, 0);
        }
        Thread.sleep(200);
        assertThat(fixture.owner.connectionCount()).isEqualTo(1);
        assertThat(fixture.owner.bytesHeld()).isGreaterThan(30_000);

        proxy.disable();

        assertThat(fixture.owner.connectionCount()).isZero();
        assertThat(fixture.owner.bytesHeld()).isZero();
    }

    @Test
    void anUpstreamThatIsNotThereClosesTheClient() throws IOException {
        Proxy dead = fixture.client.createProxy("dead", "127.0.0.1:0", "127.0.0.1:1");
        try (Socket socket = connect(dead)) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        Proxy unknown = fixture.client.createProxy("unknown", "127.0.0.1:0", "no-such-host.invalid:1");
        try (Socket socket = connect(unknown)) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        awaitNoConnection();
    }

    @Test
    void aReaderThatStopsStopsTheWriter() throws Exception {
        try (ServerSocket deaf = new ServerSocket()) {
            // Little room in the kernel, so that the proxy is soon left with the rest.
            deaf.setReceiveBufferSize(1 << 13);
            deaf.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Proxy stuck = fixture.client.createProxy("stuck", "127.0.0.1:0", "127.0.0.1:" + deaf.getLocalPort());
            stuck.toxics().slicer("slices", UPSTREAM, 7, 0);
            stuck.toxics().latency("late", UPSTREAM, 5);
            try (Socket socket = connect(stuck);
                    Socket accepted = deaf.accept()) {
                assertThat(accepted.isConnected()).isTrue();
                byte[] block = new byte[1 << 16];
                Thread writer = Thread.ofVirtual().start(() -> {
                    try {
                        for (int i = 0; i < 1_000; i++) {
                            socket.getOutputStream().write(block);
                        }
                    } catch (IOException e) {
                        // The test is over.
                    }
                });
                // Everything on the way is full when nothing moves any more; little may stand still for another reason.
                long before = -1;
                for (int i = 0;
                        i < 200 && (before != fixture.owner.bytesHeld() || before < DIRECTION_BYTES_MAX / 2);
                        i++) {
                    before = fixture.owner.bytesHeld();
                    Thread.sleep(300);
                }
                assertThat(writer.isAlive()).isTrue();
                // The limit, and one read more, in slices of 7 bytes that cost 256 each.
                assertThat(fixture.owner.bytesHeld())
                        .isBetween(DIRECTION_BYTES_MAX / 2, DIRECTION_BYTES_MAX + (1 << 16) / 7 * 300L);
            }
        }
        awaitNoConnection();
    }

    @Test
    void manyConnectionsComeAndGo() throws IOException {
        int threads = Thread.activeCount();
        for (int round = 0; round < 2; round++) {
            List<Socket> open = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                open.add(connect(proxy));
            }
            for (Socket socket : open) {
                roundTripMs(socket);
            }
            assertThat(fixture.owner.connectionCount()).isEqualTo(400);
            assertThat(Thread.activeCount()).isLessThan(threads + 50);
            for (Socket socket : open) {
                socket.close();
            }
            awaitNoConnection();
        }
        assertThat(fixture.owner.bytesHeld()).isZero();
    }

    private void awaitNoConnection() {
        long startNs = System.nanoTime();
        while (fixture.owner.connectionCount() > 0 && System.nanoTime() - startNs < 20_000_000_000L) {
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(fixture.owner.connectionCount()).isZero();
    }
}
