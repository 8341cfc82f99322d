package io.packetfs.proxy;

import static eu.rekawek.toxiproxy.model.ToxicDirection.DOWNSTREAM;
import static eu.rekawek.toxiproxy.model.ToxicDirection.UPSTREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import eu.rekawek.toxiproxy.Proxy;
import eu.rekawek.toxiproxy.model.toxic.Latency;
import io.packetfs.proxy.ControlApi.ApiAnswer;
import io.packetfs.sim.LinkEvent;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A UDP proxy, with the toxics that toxiproxy-java knows and those that it must not see. */
class UdpToxicsTest {
    private static final long PATIENCE_NS = 20_000_000_000L;

    private ProxyFixture fixture;
    private ApiRoutes routes;
    private DatagramSocket server;
    private DatagramSocket client;
    private Proxy proxy;
    private long sentCount;
    private long receivedCount;

    @BeforeEach
    void start() throws Exception {
        fixture = ProxyFixture.start();
        routes = new ApiRoutes(fixture.owner, "test");
        server = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Thread.ofVirtual().start(this::echo);
        order(
                "POST",
                "proxies",
                "{\"name\":\"u\",\"listen\":\"127.0.0.1:0\",\"upstream\":\"udp://127.0.0.1:" + server.getLocalPort()
                        + "\"}");
        proxy = fixture.client.getProxy("u");
        client = new DatagramSocket();
        client.connect(InetAddress.getLoopbackAddress(), ProxyFixture.portOf(proxy));
        client.setSoTimeout(ProxyFixture.READ_TIMEOUT_MS);
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.close();
        fixture.close();
    }

    @Test
    void aProxyForUdpSaysSoAndIsDrivenLikeAnyOther() throws Exception {
        assertThat(roundTripMs()).isPositive();
        assertThat((Map<?, ?>) order("GET", "proxies/u", "").content())
                .extracting("protocol", "upstream")
                .containsExactly("udp", "127.0.0.1:" + server.getLocalPort());
        assertThat(fixture.client.getProxies()).hasSize(1);
        assertThat((String) order("GET", "metrics", "").content())
                .contains("pfs_proxy_connections{proxy=\"u\"} 1\n")
                .containsPattern("received_bytes_total\\{direction=\"upstream\".*\"u\".*} 100\n");

        proxy.disable();
        client.send(new DatagramPacket(new byte[100], 100));
        assertThatThrownBy(() -> receive(1)).isInstanceOf(PortUnreachableException.class);
        String listen = proxy.getListen();
        proxy.enable();
        assertThat(proxy.getListen()).isEqualTo(listen);
        roundTripMs();
        assertThat((String) order("GET", "metrics", "").content())
                .containsPattern("received_bytes_total\\{direction=\"upstream\".*\"u\".*} 200\n");
    }

    @Test
    void latencyIsAddedChangedAndRemoved() throws Exception {
        Latency latency = proxy.toxics().latency("l", DOWNSTREAM, 150);
        assertThat(roundTripMs()).isGreaterThan(149.0);
        proxy.toxics().latency("m", UPSTREAM, 100);
        assertThat(roundTripMs()).isGreaterThan(249.0);
        latency.setLatency(50);
        latency.setJitter(20);
        assertThat(roundTripMs()).isGreaterThan(129.0);
        fixture.client.reset();
        await(() -> roundTripMs() < 100);
    }

    @Test
    void bandwidthIsALineOfThatRate() throws Exception {
        proxy.toxics().bandwidth("b", UPSTREAM, 100);
        long startNs = System.nanoTime();
        send(50, 1_000);
        List<byte[]> got = receive(50);
        assertThat(got).hasSize(50);
        // 50 packets of 1,028 bytes at 100,000 bytes per second.
        assertThat((System.nanoTime() - startNs) / 1e6).isGreaterThan(513.0);
    }

    @Test
    void rateDropsWhatItsQueueHasNoRoomFor() throws Exception {
        toxic("rate", "\"bits_per_second\":100000,\"queue_bytes\":5140");
        long startNs = System.nanoTime();
        send(20, 1_000);
        await(() -> counted(Direction.UPSTREAM, LinkEvent.SENT) == sentCount);
        // 1,028 bytes take 82.24 ms: where sending took so long, another has left.
        int leftMeanwhile = (int) ((System.nanoTime() - startNs) / 82_240_000);
        assertThat(countOf(received())).isBetween(5, 8 + leftMeanwhile);
    }

    @Test
    void timeoutLetsNothingThroughUntilItIsRemoved() throws Exception {
        proxy.toxics().timeout("t", UPSTREAM, 0);
        send(5, 100);
        assertThat(countOf(received())).isZero();
        proxy.toxics().get("t").remove();
        roundTripMs();
    }

    @Test
    void lossTakesItsShare() throws Exception {
        toxic("loss", "\"probability\":0.3");
        int got = 0;
        for (int i = 0; i < 5; i++) {
            send(100, 50);
            got += countOf(received());
        }
        // Six standard deviations around 350; the seed is fixed.
        assertThat(got).isBetween(289, 411);
        // Also after the proxy was disabled, which counts anew underneath.
        proxy.disable();
        assertThat((String) order("GET", "metrics", "").content())
                .contains("pfs_proxy_datagrams_total{direction=\"upstream\",event=\"sent\",proxy=\"u\"} 500\n")
                .contains("pfs_proxy_datagrams_total{direction=\"upstream\",event=\"lost\",proxy=\"u\"} " + (500 - got)
                        + "\n")
                .doesNotContain("corrupted");
    }

    @Test
    void burstLossComesInRuns() throws Exception {
        toxic("burst_loss", "\"good_to_bad\":0.02,\"bad_to_good\":0.1,\"bad_loss\":1");
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            sendFrom(i * 100, 100, 50);
            received().forEach(bytes -> numbers.add(numberOf(bytes)));
        }
        int gaps = 0;
        for (int i = 1; i < numbers.size(); i++) {
            gaps += numbers.get(i) > numbers.get(i - 1) + 1 ? 1 : 0;
        }
        int lost = 500 - numbers.size();
        assertThat(lost).isBetween(20, 200);
        assertThat((double) lost / gaps).isGreaterThan(4.0);
    }

    @Test
    void reorderLetsOthersOvertake() throws Exception {
        toxic("reorder", "\"probability\":0.2,\"delay_min\":30,\"delay_max\":60");
        send(50, 50);
        List<Integer> numbers =
                receive(50).stream().map(UdpToxicsTest::numberOf).toList();
        assertThat(numbers).hasSize(50).doesNotHaveDuplicates();
        assertThat(numbers).isNotEqualTo(numbers.stream().sorted().toList());
    }

    @Test
    void duplicateDeliversTwice() throws Exception {
        toxic("duplicate", "\"probability\":1");
        send(10, 50);
        assertThat(received().stream().map(UdpToxicsTest::numberOf).distinct().count())
                .isEqualTo(10);
        send(10, 50);
        assertThat(countOf(received())).isEqualTo(20);
    }

    @Test
    void corruptInvertsOneBit() throws Exception {
        toxic("corrupt", "\"probability\":1");
        client.send(new DatagramPacket(new byte[200], 200));
        byte[] got = receive(1).getFirst();
        int bits = 0;
        for (byte each : got) {
            bits += Integer.bitCount(each & 0xFF);
        }
        assertThat(got).hasSize(200);
        assertThat(bits).isEqualTo(1);
    }

    @Test
    void mtuLosesWhatIsLarger() throws Exception {
        toxic("mtu", "\"payload_bytes\":500");
        send(5, 501);
        send(5, 500);
        assertThat(received()).hasSize(5).allSatisfy(bytes -> assertThat(bytes).hasSize(500));
    }

    @Test
    void aSeedLosesTheSameDatagrams() throws Exception {
        toxic("loss", "\"probability\":0.5");
        send(200, 50);
        List<Integer> first = received().stream().map(UdpToxicsTest::numberOf).toList();
        proxy.disable();
        proxy.enable();
        send(200, 50);
        assertThat(received().stream().map(UdpToxicsTest::numberOf).toList()).isEqualTo(first);
    }

    @Test
    void whatToxiproxysClientsDoNotKnowIsHiddenFromTheirLists() throws Exception {
        toxic("loss", "\"probability\":0.25");
        proxy.toxics().latency("l", UPSTREAM, 1);
        assertThat(proxy.toxics().getAll()).hasSize(1);
        assertThat(fixture.client.getProxies().getFirst().toxics().getAll()).hasSize(1);
        assertThat((List<?>) order("GET", "proxies/u/impairments", "").content())
                .singleElement()
                .extracting("name", "type", "attributes")
                .containsExactly("loss_upstream", "loss", Map.of("probability", 0.25));
        order("PATCH", "proxies/u/toxics/loss_upstream", "{\"attributes\":{\"probability\":1}}");
        send(5, 100);
        assertThat(countOf(received())).isZero();
        order("DELETE", "proxies/u/toxics/loss_upstream", "");
        roundTripMs();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"slow_close\"}",
                "{\"type\":\"reset_peer\"}",
                "{\"type\":\"limit_data\"}",
                "{\"type\":\"slicer\",\"attributes\":{\"average_size\":10}}",
                "{\"type\":\"latency\",\"toxicity\":0.5}",
                "{\"type\":\"latency\",\"stream\":\"upstream\",\"name\":\"second\"}",
                "{\"type\":\"loss\",\"attributes\":{\"probability\":1.1}}",
                "{\"type\":\"loss\",\"attributes\":{\"probability\":\"1\"}}",
                "{\"type\":\"mtu\"}",
                "{\"type\":\"rate\"}",
                "{\"type\":\"reorder\",\"attributes\":{\"probability\":1,\"delay_min\":9,\"delay_max\":8}}"
            })
    void whatMakesNoSenseOnUdpIsRefused(String toxic) throws Exception {
        proxy.toxics().latency("first", UPSTREAM, 1);
        assertThatThrownBy(() -> order("POST", "proxies/u/toxics", toxic))
                .isInstanceOfSatisfying(
                        ProxyException.class, e -> assertThat(e.status()).isEqualTo(400));
        assertThat(proxy.toxics().getAll()).hasSize(1);
        assertThat((List<?>) order("GET", "proxies/u/impairments", "").content())
                .isEmpty();
    }

    @Test
    void whatIsForUdpOnlyIsRefusedOnTcp() throws Exception {
        String name = fixture.echoProxy().getName();
        assertThatThrownBy(() -> order("POST", "proxies/" + name + "/toxics", "{\"type\":\"loss\"}"))
                .hasMessageContaining("UDP only");
        assertThatThrownBy(() -> order("PATCH", "proxies/" + name, "{\"protocol\":\"udp\"}"))
                .hasMessageContaining("stays one");
    }

    private void toxic(String type, String attributes) throws ProxyException {
        order(
                "POST",
                "proxies/u/toxics",
                "{\"type\":\"" + type + "\",\"stream\":\"upstream\",\"attributes\":{" + attributes + "}}");
    }

    private ApiAnswer order(String method, String path, String body) throws ProxyException {
        return routes.answer(method, List.of(path.split("/", -1)), body);
    }

    private double roundTripMs() {
        try {
            long startNs = System.nanoTime();
            send(1, 100);
            assertThat(receive(1)).hasSize(1);
            return (System.nanoTime() - startNs) / 1e6;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void send(int count, int length) throws IOException {
        sendFrom(0, count, length);
    }

    /** Numbered datagrams. */
    private void sendFrom(int first, int count, int length) throws IOException {
        for (int i = first; i < first + count; i++) {
            byte[] bytes = new byte[length];
            bytes[0] = (byte) (i >> 8);
            bytes[1] = (byte) i;
            client.send(new DatagramPacket(bytes, length));
            sentCount++;
        }
    }

    /** All that comes of what was sent: the proxy's counters say when nothing is under way any more. */
    private List<byte[]> received() throws IOException {
        await(() -> counted(Direction.UPSTREAM, LinkEvent.SENT) == sentCount);
        await(() -> counted(Direction.UPSTREAM, LinkEvent.PASSED) + counted(Direction.UPSTREAM, LinkEvent.DUPLICATED)
                == counted(Direction.UPSTREAM, LinkEvent.DELIVERED));
        await(() ->
                counted(Direction.DOWNSTREAM, LinkEvent.DELIVERED) == counted(Direction.UPSTREAM, LinkEvent.DELIVERED));
        return receive((int) (counted(Direction.DOWNSTREAM, LinkEvent.DELIVERED) - receivedCount));
    }

    private long counted(Direction direction, LinkEvent event) {
        try {
            return fixture.owner.proxy("u").datagrams(direction, event);
        } catch (ProxyException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(BooleanSupplier condition) {
        long startNs = System.nanoTime();
        while (!condition.getAsBoolean() && System.nanoTime() - startNs < PATIENCE_NS) {
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    private List<byte[]> receive(int count) throws IOException {
        List<byte[]> all = new ArrayList<>();
        byte[] buffer = new byte[2_000];
        try {
            while (all.size() < count) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                client.receive(packet);
                byte[] bytes = new byte[packet.getLength()];
                System.arraycopy(buffer, 0, bytes, 0, bytes.length);
                all.add(bytes);
                receivedCount++;
            }
        } catch (SocketTimeoutException e) {
            return all;
        }
        return all;
    }

    private static int countOf(List<byte[]> datagrams) {
        return datagrams.size();
    }

    private static int numberOf(byte[] datagram) {
        return ((datagram[0] & 0xFF) << 8) | (datagram[1] & 0xFF);
    }

    private void echo() {
        byte[] buffer = new byte[2_000];
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                server.receive(packet);
                server.send(packet);
            }
        } catch (IOException e) {
            // Closed: the test is over.
        }
    }
}
