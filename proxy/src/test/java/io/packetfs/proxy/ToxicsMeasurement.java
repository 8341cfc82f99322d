package io.packetfs.proxy;

import static eu.rekawek.toxiproxy.model.ToxicDirection.DOWNSTREAM;
import static eu.rekawek.toxiproxy.model.ToxicDirection.UPSTREAM;

import eu.rekawek.toxiproxy.Proxy;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/**
 * The effect of every toxic in real time, as clients see it: toxiproxy-java orders them on TCP and, where it knows them, on UDP; prints
 * what each states, what was measured, and by how much that is off. For a machine that does nothing else; {@code ToxicEffectsTest} and
 * {@code sim} hold the same effects exactly, in time that tests make.
 */
final class ToxicsMeasurement {
    private static final int TRIES = 9;

    private final ProxyFixture fixture = ProxyFixture.start();
    private final ApiRoutes routes = new ApiRoutes(fixture.owner, "test");

    private ToxicsMeasurement() throws IOException {}

    public static void main(String[] args) throws Exception {
        System.out.printf(
                Locale.ROOT, "%-52s %12s %12s %8s%n", "toxic, and what it states", "expected", "measured", "off");
        ToxicsMeasurement measurement = new ToxicsMeasurement();
        try {
            measurement.tcp();
            measurement.udp();
        } finally {
            measurement.fixture.close();
        }
        System.exit(0);
    }

    private void tcp() throws Exception {
        Proxy proxy = fixture.echoProxy();
        try (Socket socket = ProxyFixture.connect(proxy)) {
            bareMs(socket);
            proxy.toxics().latency("l", DOWNSTREAM, 100);
            print("tcp latency 100 ms: added to a round trip, ms", 100, medianMs(socket));
            proxy.toxics().latency("m", UPSTREAM, 50);
            print("tcp latency 100 ms down, 50 ms up: both, ms", 150, medianMs(socket));
            fixture.client.reset();
            proxy.toxics().latency("j", DOWNSTREAM, 50).setJitter(30);
            jitter(socket);
        }
        fixture.client.reset();
        proxy.toxics().bandwidth("b", DOWNSTREAM, 2_000);
        print("tcp bandwidth 2,000 KB/s: 2 MB take, ms", 1_000, echoMs(proxy, 2_000_000));
        fixture.client.reset();
        proxy.toxics().slowClose("s", DOWNSTREAM, 200);
        print("tcp slow_close 200 ms: an end comes after, ms", 200, endMs(proxy));
        fixture.client.reset();
        proxy.toxics().timeout("t", UPSTREAM, 200);
        print("tcp timeout 200 ms: closed after the last data, ms", 200, untilClosedMs(proxy));
        fixture.client.reset();
        proxy.toxics().resetPeer("r", DOWNSTREAM, 200);
        print("tcp reset_peer 200 ms: RST after the first data, ms", 200, untilClosedMs(proxy));
        fixture.client.reset();
        proxy.toxics().limitData("d", DOWNSTREAM, 100_000);
        print("tcp limit_data 100,000: bytes that come", 100_000, bytesUntilEnd(proxy, 300_000));
        fixture.client.reset();
        slicer();
        proxy.toxics().latency("x", DOWNSTREAM, 60).setToxicity(0.5f);
        toxicity(proxy);
    }

    private void jitter(Socket socket) throws IOException {
        double[] ms = new double[60];
        for (int i = 0; i < ms.length; i++) {
            ms[i] = ProxyFixture.roundTripMs(socket);
        }
        print(
                "tcp latency 50 ms, jitter 30 ms: mean, ms",
                50,
                Arrays.stream(ms).average().orElseThrow());
        // Of 60 even draws, the least and the largest are one part in 61 of the width inside of the ends.
        Arrays.sort(ms);
        print("  the same: from least to largest, ms", 60 * 59 / 61.0, ms[ms.length - 1] - ms[0]);
    }

    private void slicer() throws Exception {
        try (ServerSocket upstream = new ServerSocket(0)) {
            Proxy sliced = fixture.client.createProxy("sliced", "127.0.0.1:0", "127.0.0.1:" + upstream.getLocalPort());
            sliced.toxics().slicer("slices", UPSTREAM, 1_000, 10_000);
            try (Socket socket = ProxyFixture.connect(sliced);
                    Socket accepted = upstream.accept()) {
                socket.getOutputStream().write(new byte[50_000]);
                List<Integer> sizes = new ArrayList<>();
                byte[] buffer = new byte[1 << 16];
                long startNs = System.nanoTime();
                for (int sum = 0; sum < 50_000; sum += sizes.getLast()) {
                    sizes.add(accepted.getInputStream().read(buffer));
                }
                print("tcp slicer 1,000 bytes: mean slice, bytes", 1_000, 50_000.0 / sizes.size());
                print("tcp slicer delay 10 ms: between slices, ms", 10, msSince(startNs) / (sizes.size() - 1));
            }
        }
    }

    private void toxicity(Proxy proxy) throws IOException {
        int slow = 0;
        int count = 1_000;
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sockets.add(ProxyFixture.connect(proxy));
        }
        for (Socket socket : sockets) {
            slow += ProxyFixture.roundTripMs(socket) > 59 ? 1 : 0;
            socket.close();
        }
        print("tcp toxicity 0.5: share of 1,000 connections", 0.5, (double) slow / count);
        fixture.client.reset();
    }

    private void udp() throws Exception {
        try (DatagramSocket server = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                DatagramSocket client = new DatagramSocket()) {
            Proxy proxy = fixture.client.createProxy("u", "127.0.0.1:0", "udp://127.0.0.1:" + server.getLocalPort());
            client.connect(InetAddress.getLoopbackAddress(), ProxyFixture.portOf(proxy));
            server.setReceiveBufferSize(4 << 20);
            Way way = new Way(client, server);
            proxy.toxics().latency("l", UPSTREAM, 100);
            print("udp latency 100 ms: one way, ms", 100, way.medianMs());
            fixture.client.reset();
            proxy.toxics().latency("l", UPSTREAM, 50).setJitter(30);
            print("udp latency 50 ms, jitter 30 ms: mean, ms", 50, way.meanMs(120));
            fixture.client.reset();
            proxy.toxics().bandwidth("b", UPSTREAM, 1_000);
            // 400 packets of 1,000 + 28 bytes.
            print("udp bandwidth 1,000 KB/s: 411.2 KB take, ms", 411.2, way.spanMs(400, 1_000));
            fixture.client.reset();
            proxy.toxics().timeout("t", UPSTREAM, 100);
            print("udp timeout: of 1,000 come", 0, way.through(1_000, 100).size());
            fixture.client.reset();
            impairments(way);
        }
    }

    private void impairments(Way way) throws Exception {
        add("rate", "\"bits_per_second\":8000000,\"queue_bytes\":1000000");
        print("udp rate 8 Mbit/s: 411.2 KB take, ms", 411.2, way.spanMs(400, 1_000));
        add("rate", "\"bits_per_second\":800000,\"queue_bytes\":51400");
        print(
                "udp rate, queue of 50 packets: of 200 at once come",
                50,
                way.through(200, 1_000).size());
        add("loss", "\"probability\":0.1");
        print(
                "udp loss 0.1: share of 20,000 lost",
                0.1,
                1 - way.through(20_000, 100).size() / 20_000.0);
        add("burst_loss", "\"good_to_bad\":0.01,\"bad_to_good\":0.1,\"bad_loss\":1");
        List<Integer> numbers = way.through(60_000, 100);
        // In the long run 1 in 11 is in the bad state, and stays there for 10.
        print("udp burst_loss 0.01, 0.1: share lost", 1 / 11.0, 1 - numbers.size() / 60_000.0);
        print("  the same: mean run of losses, datagrams", 10, meanGap(numbers));
        add("reorder", "\"probability\":0.1,\"delay_min\":20,\"delay_max\":20");
        numbers = way.through(5_000, 100);
        print("udp reorder 0.1: share of 5,000 overtaken", 0.1, overtaken(numbers) / 5_000.0);
        add("duplicate", "\"probability\":0.1");
        print(
                "udp duplicate 0.1: of 20,000 come",
                22_000,
                way.through(20_000, 100).size());
        add("corrupt", "\"probability\":0.1");
        print("udp corrupt 0.1: share of 20,000 changed", 0.1, way.changed(20_000, 100) / 20_000.0);
        add("mtu", "\"payload_bytes\":500");
        print(
                "udp mtu 500: of 1,000 with 501 bytes come",
                0,
                way.through(1_000, 501).size());
        add("mtu", "\"payload_bytes\":500");
        print(
                "udp mtu 500: of 1,000 with 500 bytes come",
                1_000,
                way.through(1_000, 500).size());
    }

    /** The one toxic of the UDP proxy. */
    private void add(String type, String attributes) throws Exception {
        fixture.client.reset();
        routes.answer(
                "POST",
                List.of("proxies", "u", "toxics"),
                "{\"type\":\"" + type + "\",\"stream\":\"upstream\",\"attributes\":{" + attributes + "}}");
    }

    private static void print(String what, double expected, double measured) {
        String off = expected == 0
                ? (measured == 0 ? "" : "all")
                : String.format(Locale.ROOT, "%+.1f %%", (measured / expected - 1) * 100);
        String form = expected != 0 && expected < 1 ? "%-52s %12.4f %12.4f %8s%n" : "%-52s %12.1f %12.1f %8s%n";
        System.out.printf(Locale.ROOT, form, what, expected, measured, off);
    }

    private static void bareMs(Socket socket) throws IOException {
        for (int i = 0; i < 500; i++) {
            ProxyFixture.roundTripMs(socket);
        }
    }

    private static double medianMs(Socket socket) throws IOException {
        double[] ms = new double[TRIES];
        for (int i = 0; i < TRIES; i++) {
            ms[i] = ProxyFixture.roundTripMs(socket);
        }
        Arrays.sort(ms);
        return ms[TRIES / 2];
    }

    private static double echoMs(Proxy proxy, int bytes) throws Exception {
        try (Socket socket = ProxyFixture.connect(proxy)) {
            ProxyFixture.roundTripMs(socket);
            long startNs = System.nanoTime();
            FutureTask<Integer> writing = start(() -> {
                socket.getOutputStream().write(new byte[bytes]);
                return bytes;
            });
            socket.getInputStream().readNBytes(bytes);
            writing.get();
            return msSince(startNs);
        }
    }

    private static double endMs(Proxy proxy) throws IOException {
        try (Socket socket = ProxyFixture.connect(proxy)) {
            ProxyFixture.roundTripMs(socket);
            long startNs = System.nanoTime();
            socket.shutdownOutput();
            socket.getInputStream().read();
            return msSince(startNs);
        }
    }

    private static double untilClosedMs(Proxy proxy) throws IOException {
        try (Socket socket = ProxyFixture.connect(proxy)) {
            long startNs = System.nanoTime();
            socket.getOutputStream().write(1);
            try {
                socket.getInputStream().read();
            } catch (SocketException e) {
                // A reset, which is an end as well.
            }
            return msSince(startNs);
        }
    }

    private static double bytesUntilEnd(Proxy proxy, int bytes) throws Exception {
        try (Socket socket = ProxyFixture.connect(proxy)) {
            FutureTask<Integer> writing = start(() -> {
                try {
                    socket.getOutputStream().write(new byte[bytes]);
                } catch (SocketException e) {
                    // Closed before all was written, as it should be.
                }
                return bytes;
            });
            int sum = 0;
            byte[] buffer = new byte[1 << 16];
            try {
                for (int count = 0; count >= 0; count = socket.getInputStream().read(buffer)) {
                    sum += count;
                }
            } catch (SocketException e) {
                // Closed with unread bytes.
            }
            writing.get();
            return sum;
        }
    }

    private static <T> FutureTask<T> start(Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(task);
        Thread.ofVirtual().start(future);
        return future;
    }

    private static double meanGap(List<Integer> numbers) {
        int gaps = 0;
        int lost = 0;
        for (int i = 1; i < numbers.size(); i++) {
            int gap = numbers.get(i) - numbers.get(i - 1) - 1;
            gaps += gap > 0 ? 1 : 0;
            lost += gap;
        }
        return (double) lost / gaps;
    }

    /** How many came after one that was sent later. */
    private static int overtaken(List<Integer> numbers) {
        int highest = -1;
        int late = 0;
        for (int number : numbers) {
            late += number < highest ? 1 : 0;
            highest = Math.max(highest, number);
        }
        return late;
    }

    private static double msSince(long startNs) {
        return (System.nanoTime() - startNs) / 1e6;
    }

    /** From a client through the proxy to a server. */
    private record Way(DatagramSocket client, DatagramSocket server) {
        private static final int QUIET_MS = 700;
        private static final int WINDOW = 50;

        double medianMs() throws IOException {
            double[] ms = new double[TRIES];
            for (int i = 0; i < TRIES; i++) {
                ms[i] = oneWayMs();
            }
            Arrays.sort(ms);
            return ms[TRIES / 2];
        }

        double meanMs(int count) throws IOException {
            double sum = 0;
            for (int i = 0; i < count; i++) {
                sum += oneWayMs();
            }
            return sum / count;
        }

        /** From when the first is sent until the last has come. */
        double spanMs(int count, int bytes) throws IOException {
            server.setSoTimeout(10_000);
            long startNs = System.nanoTime();
            for (int i = 0; i < count; i++) {
                client.send(numbered(i, bytes));
            }
            for (int i = 0; i < count; i++) {
                server.receive(new DatagramPacket(new byte[2_000], 2_000));
            }
            return msSince(startNs);
        }

        /** The numbers of those that come, in order, of so many that are sent as fast as the relay reads. */
        List<Integer> through(int count, int bytes) throws Exception {
            return received(count, bytes).stream()
                    .map(packet -> (packet.getData()[0] & 0xFF) << 16
                            | (packet.getData()[1] & 0xFF) << 8
                            | (packet.getData()[2] & 0xFF))
                    .toList();
        }

        /** How many come with something other than zeros behind their number, or a number that is none. */
        long changed(int count, int bytes) throws Exception {
            List<DatagramPacket> packets = received(count, bytes);
            int changed = 0;
            for (int i = 0; i < packets.size(); i++) {
                byte[] data = packets.get(i).getData();
                int number = (data[0] & 0xFF) << 16 | (data[1] & 0xFF) << 8 | (data[2] & 0xFF);
                boolean zeros = true;
                for (int at = 3; at < packets.get(i).getLength(); at++) {
                    zeros &= data[at] == 0;
                }
                changed += zeros && number == i ? 0 : 1;
            }
            return changed;
        }

        private List<DatagramPacket> received(int count, int bytes) throws Exception {
            FutureTask<List<DatagramPacket>> receiving = start(() -> {
                List<DatagramPacket> all = new ArrayList<>();
                server.setSoTimeout(QUIET_MS);
                try {
                    while (true) {
                        DatagramPacket packet = new DatagramPacket(new byte[600 + bytes], 600 + bytes);
                        server.receive(packet);
                        all.add(packet);
                    }
                } catch (SocketTimeoutException e) {
                    return all;
                }
            });
            for (int i = 0; i < count; i++) {
                client.send(numbered(i, bytes));
                if (i % WINDOW == WINDOW - 1 && count > 1_000) {
                    Thread.sleep(1);
                }
            }
            return receiving.get();
        }

        private double oneWayMs() throws IOException {
            server.setSoTimeout(10_000);
            long startNs = System.nanoTime();
            client.send(numbered(0, 100));
            server.receive(new DatagramPacket(new byte[200], 200));
            return msSince(startNs);
        }

        private static DatagramPacket numbered(int number, int bytes) {
            byte[] data = new byte[bytes];
            data[0] = (byte) (number >> 16);
            data[1] = (byte) (number >> 8);
            data[2] = (byte) number;
            return new DatagramPacket(data, bytes);
        }
    }
}
