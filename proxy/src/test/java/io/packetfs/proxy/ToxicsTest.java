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
 * Every toxic, ordered by toxiproxy-java and measured from outside. What a toxic must not undercut is checked tightly, what a busy
 * machine may add generously.
 */
class ToxicsTest {
    /** What a loaded machine may add to anything, ms. */
    private static final double SLACK_MS = 3_000;

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
            assertThat(roundTripMs(socket)).isBetween(149.0, 150 + SLACK_MS);
            proxy.toxics().latency("up", UPSTREAM, 100);
            assertThat(roundTripMs(socket)).isBetween(249.0, 250 + SLACK_MS);
            down.setLatency(300);
            assertThat(roundTripMs(socket)).isBetween(399.0, 400 + SLACK_MS);
            proxy.toxics().get("up").remove();
            down.remove();
            assertThat(quickestMs(socket)).isLessThan(100 + bareMs);
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
            assertThat(times).anySatisfy(ms -> assertThat(ms).isLessThan(48.0));
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
            double slowMs = echoMs(socket, 500_000);
            assertThat(slowMs).isBetween(485.0, 500 + SLACK_MS);
            bandwidth.setRate(100_000);
            assertThat(echoMs(socket, 500_000)).isLessThan(slowMs);
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
            assertThat(quickestMs(socket)).isLessThan(100 + bareMs);
            long startNs = System.nanoTime();
            socket.shutdownOutput();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(msSince(startNs)).isBetween(299.0, 300 + SLACK_MS);
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
            assertThat(msSince(startNs)).isBetween(249.0, 250 + SLACK_MS);
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
            assertThat(msSince(startNs)).isBetween(199.0, 200 + SLACK_MS);
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
                // Two slices may have come together before the first read.
                assertThat(count).isBetween(80, 1_000);
                int rest = accepted.getInputStream().readNBytes(got, count, got.length - count);
                assertThat(count + rest).isEqualTo(sent.length);
                assertThat(got).isEqualTo(sent);
                // 2,000 bytes in slices of at most 120 are at least 17, so 16 gaps of 5 ms.
                assertThat(msSince(startNs)).isBetween(79.0, 80 + SLACK_MS);
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
        Latency latency = proxy.toxics().latency("some", DOWNSTREAM, 200);
        latency.setToxicity(0.5f);
        int slow = 0;
        for (int i = 0; i < 24; i++) {
            try (Socket socket = connect(proxy)) {
                boolean first = roundTripMs(socket) > 199;
                slow += first ? 1 : 0;
                if (i < 4) {
                    assertThat(roundTripMs(socket) > 199).isEqualTo(first);
                }
            }
        }
        // With another share than a half, either bound would be met once in some thousand seeds; the seed is fixed.
        assertThat(slow).isBetween(4, 20);
        latency.setToxicity(0f);
        try (Socket socket = connect(proxy)) {
            assertThat(quickestMs(socket)).isLessThan(199);
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
            assertThat(msSince(startNs)).isBetween(248.0, 250 + SLACK_MS);
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

    /** The quickest of a few, so that one hiccup of the machine does not count. */
    private static double quickestMs(Socket socket) throws IOException {
        double quickest = Double.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            quickest = Math.min(quickest, roundTripMs(socket));
        }
        return quickest;
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
