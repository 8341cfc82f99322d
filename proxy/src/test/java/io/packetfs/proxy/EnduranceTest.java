package io.packetfs.proxy;

import static io.packetfs.proxy.ProxyFixture.connect;
import static io.packetfs.proxy.ProxyFixture.roundTripMs;
import static org.assertj.core.api.Assertions.assertThat;

import eu.rekawek.toxiproxy.Proxy;
import eu.rekawek.toxiproxy.model.ToxicDirection;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a proxy has to bear for days, in seconds: it stays up, and gives everything back. */
class EnduranceTest {
    private static final int CONNECTIONS = 5_000;
    private static final int AT_ONCE = 250;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    /** What pools and caches may keep, and what the rest of this JVM does meanwhile. */
    private static final long HEAP_SLACK_BYTES = 8 << 20;

    private static final int DESCRIPTORS_SLACK = 10;

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
    void fiveThousandConnectionsOpenedAndDroppedLeaveNothingBehind() throws Exception {
        proxy.toxics().latency("late", ToxicDirection.DOWNSTREAM, 5);
        proxy.toxics().slicer("sliced", ToxicDirection.UPSTREAM, 100, 0);
        openAndDrop(2 * AT_ONCE, 1); // what pools and caches take for good
        settle();
        Usage before = Usage.now();

        openAndDrop(CONNECTIONS, 2);
        settle();

        Usage after = Usage.now();
        System.out.println("5,000 connections: before " + before + ", after " + after);
        after.assertNoMoreThan(before);
        try (Socket socket = connect(proxy)) {
            roundTripMs(socket);
        }
    }

    @Test
    void anUpstreamThatIsKilledInTheMiddleClosesEveryConnectionAndMayComeBack() throws Exception {
        ServerSocket upstream = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
        InetSocketAddress address = (InetSocketAddress) upstream.getLocalSocketAddress();
        Proxy killed = fixture.client.createProxy("killed", "127.0.0.1:0", "127.0.0.1:" + address.getPort());
        killed.toxics().latency("late", ToxicDirection.UPSTREAM, 20);
        List<Socket> clients = new ArrayList<>();
        List<Socket> accepted = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            Socket client = connect(killed);
            client.getOutputStream().write(new byte[10_000]);
            clients.add(client);
            accepted.add(upstream.accept());
        }

        // As the kernel does for a process that is killed with data unread.
        upstream.close();
        for (Socket socket : accepted) {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        for (Socket client : clients) {
            assertThat(ended(client)).isTrue();
            client.close();
        }
        await(() -> fixture.owner.connectionCount() == 0);
        await(() -> fixture.owner.bytesHeld() == 0);
        try (Socket refused = connect(killed)) {
            assertThat(ended(refused)).isTrue();
        }
        try (ServerSocket again = new ServerSocket(address.getPort(), 10, InetAddress.getLoopbackAddress());
                Socket client = connect(killed);
                Socket server = again.accept()) {
            client.getOutputStream().write(7);
            assertThat(server.getInputStream().read()).isEqualTo(7);
        }
    }

    @Test
    void noiseAtTheControlPortIsAnsweredOrCutOffAndChangesNothing() throws Exception {
        String before = fixture.client.getProxies().toString();
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < 600; i++) {
            sendNoise(random);
        }

        assertThat(fixture.client.getProxies()).hasToString(before);
        try (Socket socket = connect(proxy)) {
            roundTripMs(socket);
        }
    }

    /** Connects, sends something perhaps, and leaves in one of the ways in which clients leave. */
    private void openAndDrop(int count, long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        List<Socket> open = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Socket socket = connect(proxy);
            if (random.nextInt(2) == 0) {
                socket.getOutputStream().write(new byte[1 + random.nextInt(3_000)]);
            }
            open.add(socket);
            if (open.size() == AT_ONCE) {
                for (Socket each : open) {
                    drop(each, random.nextInt(3));
                }
                open.clear();
            }
        }
        for (Socket each : open) {
            drop(each, 0);
        }
    }

    private static void drop(Socket socket, int way) throws IOException {
        if (way == 1) {
            socket.setSoLinger(true, 0);
        } else if (way == 2) {
            socket.shutdownOutput();
        }
        socket.close();
    }

    private void settle() {
        await(() -> fixture.owner.connectionCount() == 0);
        await(() -> fixture.owner.bytesHeld() == 0);
        await(() -> fixture.echoingCount() == 0);
    }

    /** One request that is none, or one that cannot be, on a connection of its own. */
    private void sendNoise(SplittableRandom random) throws IOException {
        try (Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), fixture.api.address().getPort())) {
            OutputStream out = socket.getOutputStream();
            byte[] noise = new byte[random.nextInt(400)];
            random.nextBytes(noise);
            switch (random.nextInt(4)) {
                case 0 -> out.write(noise);
                case 1 -> out.write(request("POST", "/proxies", new String(noise, StandardCharsets.ISO_8859_1)));
                case 2 -> out.write(request("POST", "/populate", spoiled(random)));
                default -> {
                    byte[] whole = request("PATCH", "/proxies/echo-1", spoiled(random));
                    // Cut off anywhere, and never finished.
                    out.write(whole, 0, random.nextInt(whole.length));
                }
            }
            out.flush();
        } catch (IOException e) {
            // The server has hung up on it, which is an answer.
        }
    }

    /** An order with one character changed, so that it is not JSON, or has an unknown field or a bad value. */
    private static String spoiled(SplittableRandom random) {
        StringBuilder order = new StringBuilder("{\"name\":\"echo-1\",\"upstream\":7,\"enabled\":\"no\"}");
        order.setCharAt(random.nextInt(order.length()), (char) (1 + random.nextInt(0xFF)));
        return order.toString();
    }

    private static byte[] request(String method, String path, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String head = method + " " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: "
                + bytes.length + "\r\n\r\n";
        byte[] headBytes = head.getBytes(StandardCharsets.US_ASCII);
        byte[] whole = new byte[headBytes.length + bytes.length];
        System.arraycopy(headBytes, 0, whole, 0, headBytes.length);
        System.arraycopy(bytes, 0, whole, headBytes.length, bytes.length);
        return whole;
    }

    private static boolean ended(Socket socket) {
        try {
            while (socket.getInputStream().read() >= 0) {
                // What was under way.
            }
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            // A reset is an end as well.
        }
        return true;
    }

    private static void await(BooleanSupplier condition) {
        long startNs = System.nanoTime();
        while (!condition.getAsBoolean() && System.nanoTime() - startNs < PATIENCE_NS) {
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    /** What this process holds: live heap, memory of Netty's allocator outside of it, open files. */
    private record Usage(long heapBytes, long directBytes, long descriptors) {
        static Usage now() throws IOException {
            long heapBytes = Long.MAX_VALUE;
            for (int i = 0; i < 3; i++) {
                System.gc();
                heapBytes = Math.min(
                        heapBytes,
                        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
            }
            ByteBufAllocator allocator = ByteBufAllocator.DEFAULT;
            long directBytes = allocator instanceof ByteBufAllocatorMetricProvider provider
                    ? provider.metric().usedDirectMemory()
                    : 0;
            long descriptors = 0;
            if (Files.isDirectory(DESCRIPTORS)) {
                try (Stream<Path> open = Files.list(DESCRIPTORS)) {
                    descriptors = open.count();
                }
            }
            return new Usage(heapBytes, directBytes, descriptors);
        }

        void assertNoMoreThan(Usage before) {
            assertThat(heapBytes).as("heap").isLessThan(before.heapBytes + HEAP_SLACK_BYTES);
            assertThat(directBytes).as("direct memory").isLessThan(before.directBytes + HEAP_SLACK_BYTES);
            assertThat(descriptors).as("descriptors").isLessThan(before.descriptors + DESCRIPTORS_SLACK);
        }

        @Override
        public String toString() {
            return heapBytes / 1_000 + " kB of heap, " + directBytes / 1_000 + " kB outside, " + descriptors
                    + " descriptors";
        }
    }
}
