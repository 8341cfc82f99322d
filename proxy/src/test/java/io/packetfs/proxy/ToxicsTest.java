package io.packetfs.proxy;

import static eu.rekawek.toxiproxy.model.ToxicDirection.DOWNSTREAM;
import static eu.rekawek.toxiproxy.model.ToxicDirection.UPSTREAM;
import static io.packetfs.proxy.ProxyFixture.connect;
import static io.packetfs.proxy.ProxyFixture.roundTripMs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import eu.rekawek.toxiproxy.Proxy;
import eu.rekawek.toxiproxy.model.toxic.Bandwidth;
import eu.rekawek.toxiproxy.model.toxic.Latency;
import eu.rekawek.toxiproxy.model.toxic.LimitData;
import eu.rekawek.toxiproxy.model.toxic.Slicer;
import eu.rekawek.toxiproxy.model.toxic.Timeout;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Every toxic, ordered by toxiproxy-java and met by real sockets. Times are only checked from below, as a busy machine may add anything;
 * {@link ToxicEffectsTest} holds each effect exactly.
 */
class ToxicsTest {
    private static final long PATIENCE_NS = 20_000_000_000L;

    private ProxyFixture fixture;
    private Proxy proxy;

    @BeforeEach
    void start() throws IOException {
        fixture = ProxyFixture.start();
        proxy = fixture.echoProxy();
    }

    @AfterEach
    void stop() throws IOException {
        fixture.close();
    }

    @Test
    void latencyHoldsBothDirectionsOfAnOpenConnectionAndCanBeChangedAndRemoved() throws IOException {
        try (Socket socket = connect(proxy)) {
            double bareMs = roundTripMs(socket);
            Latency down = proxy.toxics().latency("down", DOWNSTREAM, 150);
            assertThat(roundTripMs(socket)).isGreaterThan(149.0);
            proxy.toxics().latency("up", UPSTREAM, 100);
            assertThat(roundTripMs(socket)).isGreaterThan(249.0);
            down.setLatency(300);
            assertThat(roundTripMs(socket)).isGreaterThan(399.0);
            proxy.toxics().get("up").remove();
            down.remove();
            awaitQuicker(socket, 100 + bareMs);
        }
    }

    @Test
    void jitterSpreadsLatencyToBothSidesAndKeepsOrder() throws IOException {
        try (Socket socket = connect(proxy)) {
            proxy.toxics().latency("jittery", DOWNSTREAM, 50).setJitter(40);
            List<Double> times = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                times.add(roundTripMs(socket));
            }
            assertThat(times).allSatisfy(ms -> assertThat(ms).isGreaterThan(9.0));
            assertThat(times).anySatisfy(ms -> assertThat(ms).isGreaterThan(52.0));

            for (int i = 0; i < 50; i++) {
                socket.getOutputStream().write(i);
            }
            for (int i = 0; i < 50; i++) {
                assertThat(socket.getInputStream().read()).isEqualTo(i);
            }
        }
    }

    @Test
    void bandwidthIsKilobytesPerSecondAndCanBeRaised() throws Exception {
        try (Socket socket = connect(proxy)) {
            Bandwidth bandwidth = proxy.toxics().bandwidth("slow", DOWNSTREAM, 1_000);
            assertThat(echoMs(socket, 500_000)).isGreaterThan(485.0);
            bandwidth.setRate(100_000);
            echoMs(socket, 500_000);
        }
    }

    @Test
    void bandwidthOfZeroPassesNothingUntilItIsRaised() throws IOException {
        try (Socket socket = connect(proxy)) {
            Bandwidth bandwidth = proxy.toxics().bandwidth("none", UPSTREAM, 0);
            socket.getOutputStream().write(7);
            socket.setSoTimeout(200);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            socket.setSoTimeout(ProxyFixture.READ_TIMEOUT_MS);
            bandwidth.setRate(10);
            assertThat(socket.getInputStream().read()).isEqualTo(7);
        }
    }

    @Test
    void slowCloseHoldsTheEndBackAndNothingElse() throws IOException {
        try (Socket socket = connect(proxy)) {
            double bareMs = roundTripMs(socket);
            proxy.toxics().slowClose("slow", DOWNSTREAM, 300);
            awaitQuicker(socket, 100 + bareMs);
            long startNs = System.nanoTime();
            socket.shutdownOutput();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(msSince(startNs)).isGreaterThan(299.0);
        }
    }

    @Test
    void removingSlowCloseLetsAWaitingEndGo() throws IOException, InterruptedException {
        try (Socket socket = connect(proxy)) {
            roundTripMs(socket);
            proxy.toxics().slowClose("slow", DOWNSTREAM, 3_000_000);
            socket.shutdownOutput();
            Thread.sleep(100);
            proxy.toxics().get("slow").remove();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void timeoutDropsDataAndThenCloses() throws IOException {
        try (Socket socket = connect(proxy)) {
            roundTripMs(socket);
            proxy.toxics().timeout("dead", UPSTREAM, 250);
            long startNs = System.nanoTime();
            socket.getOutputStream().write(1);
            assertThat(readOrReset(socket)).isEqualTo(-1);
            assertThat(msSince(startNs)).isGreaterThan(249.0);
        }
    }

    @Test
    void timeoutOfZeroHoldsForeverAndClosesWhenItIsRemoved() throws IOException {
        try (Socket socket = connect(proxy)) {
            roundTripMs(socket);
            Timeout timeout = proxy.toxics().timeout("dead", DOWNSTREAM, 0);
            socket.getOutputStream().write(1);
            socket.setSoTimeout(300);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            socket.setSoTimeout(ProxyFixture.READ_TIMEOUT_MS);
            timeout.remove();
            assertThat(readOrReset(socket)).isEqualTo(-1);
        }
    }

    @Test
    void resetPeerResetsInsteadOfClosing() throws IOException {
        try (Socket socket = connect(proxy)) {
            roundTripMs(socket);
            proxy.toxics().resetPeer("reset", DOWNSTREAM, 200);
            long startNs = System.nanoTime();
            socket.getOutputStream().write(1);
            assertThatThrownBy(() -> socket.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
            assertThat(msSince(startNs)).isGreaterThan(199.0);
        }
    }

    @Test
    void slicerCutsIntoSlicesOfTheSizeAndKeepsTheBytes() throws Exception {
        try (ServerSocket upstream = new ServerSocket(0)) {
            Proxy sliced = fixture.client.createProxy("sliced", "127.0.0.1:0", "127.0.0.1:" + upstream.getLocalPort());
            Slicer slicer = sliced.toxics().slicer("slices", UPSTREAM, 100, 5_000);
            slicer.setSizeVariation(20);
            byte[] sent = bytes(2_000);
            try (Socket socket = connect(sliced);
                    Socket accepted = upstream.accept()) {
                long startNs = System.nanoTime();
                socket.getOutputStream().write(sent);
                byte[] got = new byte[sent.length];
                int count = accepted.getInputStream().read(got);
                // Others may have come before the first read.
                assertThat(count).isGreaterThanOrEqualTo(80);
                int rest = accepted.getInputStream().readNBytes(got, count, got.length - count);
                assertThat(count + rest).isEqualTo(sent.length);
                assertThat(got).isEqualTo(sent);
                // 2,000 bytes in slices of at most 120 are at least 17, so 16 gaps of 5 ms.
                assertThat(msSince(startNs)).isGreaterThan(79.0);
            }
        }
    }

    @Test
    void limitDataPassesSoManyBytesAndThenCloses() throws IOException {
        try (Socket socket = connect(proxy)) {
            proxy.toxics().limitData("limit", DOWNSTREAM, 1_000);
            socket.getOutputStream().write(bytes(1_500));
            byte[] got = new byte[2_000];
            assertThat(socket.getInputStream().readNBytes(got, 0, 1_000)).isEqualTo(1_000);
            assertThat(readOrReset(socket)).isEqualTo(-1);
        }
    }

    @Test
    void limitDataCountsFromWhenItCameAndCanBeRaisedMeanwhile() throws IOException {
        try (Socket socket = connect(proxy)) {
            roundTripMs(socket);
            LimitData limit = proxy.toxics().limitData("limit", DOWNSTREAM, 3);
            roundTripMs(socket);
            roundTripMs(socket);
            limit.setBytes(4);
            roundTripMs(socket);
            roundTripMs(socket);
            assertThat(readOrReset(socket)).isEqualTo(-1);
        }
    }

    @Test
    void toxicityPicksConnectionsAndNotBytes() throws IOException {
        Latency latency = proxy.toxics().latency("some", DOWNSTREAM, 100);
        latency.setToxicity(0.5f);
        int slow = 0;
        for (int i = 0; i < 24; i++) {
            try (Socket socket = connect(proxy)) {
                boolean held = isHeld(socket, 99);
                slow += held ? 1 : 0;
                if (i < 4 && !held) {
                    awaitQuicker(socket, 99);
                }
            }
        }
        // With another share than a half, either bound would be met once in some thousand seeds; the seed is fixed.
        assertThat(slow).isBetween(4, 20);
        latency.setToxicity(0f);
        try (Socket socket = connect(proxy)) {
            awaitQuicker(socket, 99);
        }
    }

    @Test
    void toxicsOfOneDirectionWorkOneAfterTheOther() throws IOException {
        try (Socket socket = connect(proxy)) {
            proxy.toxics().latency("a", DOWNSTREAM, 100);
            proxy.toxics().slicer("b", DOWNSTREAM, 10, 1_000);
            proxy.toxics().latency("c", DOWNSTREAM, 100);
            byte[] sent = bytes(500);
            long startNs = System.nanoTime();
            socket.getOutputStream().write(sent);
            assertThat(socket.getInputStream().readNBytes(500)).isEqualTo(sent);
            assertThat(msSince(startNs)).isGreaterThan(248.0);
        }
    }

    @Test
    void changesInTheMiddleOfAStreamLoseAndSwapNothing() throws Exception {
        byte[] sent = bytes(3_000_000);
        try (Socket socket = connect(proxy)) {
            FutureTask<byte[]> got = start(() -> socket.getInputStream().readNBytes(sent.length));
            FutureTask<byte[]> writing = start(() -> write(socket, sent));
            Random random = new Random(5);
            for (int i = 0; i < 12; i++) {
                proxy.toxics().latency("l" + i, i % 2 == 0 ? UPSTREAM : DOWNSTREAM, random.nextInt(30));
                proxy.toxics().slicer("s" + i, i % 2 == 0 ? DOWNSTREAM : UPSTREAM, 20_000, 10);
                proxy.toxics().bandwidth("b" + i, UPSTREAM, 20_000);
                if (i > 1) {
                    proxy.toxics().get("l" + (i - 2)).remove();
                    proxy.toxics().get("s" + (i - 1)).remove();
                }
                proxy.toxics().get("b" + i).remove();
            }
            fixture.client.reset();
            writing.get();
            assertThat(got.get()).isEqualTo(sent);
        }
    }

    /** Nothing is held any more, sooner or later on any machine. */
    private static void awaitQuicker(Socket socket, double limitMs) throws IOException {
        long startNs = System.nanoTime();
        while (roundTripMs(socket) >= limitMs) {
            assertThat(System.nanoTime() - startNs).isLessThan(PATIENCE_NS);
        }
    }

    /** Whether every round trip takes so long; one alone may for another reason. */
    private static boolean isHeld(Socket socket, double ms) throws IOException {
        double first = roundTripMs(socket);
        return first >= ms && roundTripMs(socket) >= ms;
    }

    private static double echoMs(Socket socket, int count) throws Exception {
        byte[] sent = bytes(count);
        long startNs = System.nanoTime();
        FutureTask<byte[]> writing = start(() -> write(socket, sent));
        assertThat(socket.getInputStream().readNBytes(count)).isEqualTo(sent);
        writing.get();
        return msSince(startNs);
    }

    private static byte[] write(Socket socket, byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return bytes;
    }

    private static FutureTask<byte[]> start(Callable<byte[]> task) {
        FutureTask<byte[]> future = new FutureTask<>(task);
        Thread.ofVirtual().start(future);
        return future;
    }

    /** Closed with unread bytes, a socket resets; either ends the connection. */
    private static int readOrReset(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read();
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (SocketException e) {
            return -1;
        }
    }

    private static double msSince(long startNs) {
        return (System.nanoTime() - startNs) / 1e6;
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }
}
