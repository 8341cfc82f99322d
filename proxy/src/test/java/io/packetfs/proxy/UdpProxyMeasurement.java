package io.packetfs.proxy;

import io.packetfs.linux.IncomingMessages;
import io.packetfs.linux.Linux;
import io.packetfs.linux.OutgoingMessages;
import io.packetfs.linux.Poller;
import io.packetfs.linux.UdpOption;
import io.packetfs.linux.UdpSocket;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/**
 * How much UDP one proxy carries, and what it costs: a sender of trains of 1,400-byte datagrams and a sink on threads of this process,
 * without a proxy and through one with several toxics. Prints a line for each: what was sent and what came, Gbit/s of payload, and the
 * processor time of the proxy's thread per GiB that came to it. Loopback's receive work is charged to whoever sends.
 *
 * <p>{@code UdpProxyMeasurement [seconds [Gbit/s ...]]}; a rate of 0 sends as fast as it can
 */
final class UdpProxyMeasurement {
    private static final int DATAGRAM_BYTES = 1_400;
    private static final int TRAIN_DATAGRAMS = 40;
    private static final int TRAIN_BYTES = DATAGRAM_BYTES * TRAIN_DATAGRAMS;
    private static final int SOCKET_BYTES = 8 << 20;
    private static final InetSocketAddress ANY_LOOPBACK = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    private static final String LATENCY =
            "{\"type\":\"latency\",\"attributes\":{\"latency\":10},\"stream\":\"upstream\"}";
    private static final String JITTER =
            "{\"type\":\"latency\",\"attributes\":{\"latency\":10,\"jitter\":5},\"stream\":\"upstream\"}";
    private static final String LOSS =
            "{\"type\":\"loss\",\"attributes\":{\"probability\":0.01},\"stream\":\"upstream\"}";
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private UdpProxyMeasurement() {}

    public static void main(String[] args) throws Exception {
        double seconds = args.length > 0 ? Double.parseDouble(args[0]) : 4;
        List<String> rates = args.length > 1 ? List.of(args).subList(1, args.length) : List.of("2", "0");
        System.out.println("path                              offered  sent  came Gbit/s  share   proxy CPU s/GiB");
        try (ImpairmentProxy owner = ImpairmentProxy.start(ProxyLimits.DEFAULT, 1)) {
            ApiRoutes routes = new ApiRoutes(owner, "test");
            for (String rate : rates) {
                double gigabits = Double.parseDouble(rate);
                measure(null, "no proxy", gigabits, seconds);
                measure(routes, "proxy", gigabits, seconds);
                measure(routes, "proxy, latency 10 ms, loss 1 %", gigabits, seconds, LATENCY, LOSS);
                measure(routes, "the same, jitter 5 ms", gigabits, seconds, JITTER, LOSS);
            }
        }
    }

    private static void measure(ApiRoutes routes, String name, double gigabits, double seconds, String... toxics)
            throws Exception {
        try (UdpSocket sink = open();
                UdpSocket source = open()) {
            InetSocketAddress to = sink.localAddress();
            if (routes != null) {
                routes.answer(
                        "POST",
                        List.of("proxies"),
                        "{\"name\":\"m\",\"listen\":\"127.0.0.1:0\",\"upstream\":\"udp://127.0.0.1:" + to.getPort()
                                + "\"}");
                for (String toxic : toxics) {
                    routes.answer("POST", List.of("proxies", "m", "toxics"), toxic);
                }
                String tree = routes.answer("GET", List.of("proxies", "m"), "")
                        .content()
                        .toString();
                int port = Integer.parseInt(tree.replaceAll("(?s).*listen=127\\.0\\.0\\.1:(\\d+).*", "$1"));
                to = new InetSocketAddress(ANY_LOOPBACK.getAddress(), port);
            }
            Sink counting = new Sink(sink);
            Thread thread = Thread.ofPlatform().name("sink").start(counting);
            send(source, to, gigabits, 1); // until it is compiled
            Thread.sleep(100);
            long cameBefore = counting.bytes;
            long cpuBefore = relayCpuNs();
            long startNs = System.nanoTime();
            long sentBytes = send(source, to, gigabits, seconds);
            double sendSeconds = (System.nanoTime() - startNs) / 1e9;
            Thread.sleep(200);
            double cameBytes = counting.bytes - cameBefore;
            double cpuSeconds = (relayCpuNs() - cpuBefore) / 1e9;
            counting.stopped = true;
            thread.join();
            System.out.printf(
                    Locale.ROOT,
                    "%-32s  %7s  %4.2f  %11.2f  %5.3f  %s%n",
                    name,
                    gigabits == 0 ? "max" : gigabits,
                    sentBytes * 8 / sendSeconds / 1e9,
                    cameBytes * 8 / sendSeconds / 1e9,
                    cameBytes / sentBytes,
                    routes == null ? "" : String.format(Locale.ROOT, "%16.2f", cpuSeconds / (cameBytes / (1 << 30))));
            if (routes != null) {
                routes.answer("DELETE", List.of("proxies", "m"), "");
            }
        }
    }

    private static UdpSocket open() {
        UdpSocket socket = Linux.udpSockets().openIpv4();
        for (UdpOption[] names : new UdpOption[][] {
            {UdpOption.SO_RCVBUFFORCE, UdpOption.SO_RCVBUF}, {UdpOption.SO_SNDBUFFORCE, UdpOption.SO_SNDBUF}
        }) {
            if (socket.set(names[0], SOCKET_BYTES) != 0) {
                socket.set(names[1], SOCKET_BYTES);
            }
        }
        socket.set(UdpOption.UDP_GRO, 1);
        socket.bind(ANY_LOOPBACK);
        return socket;
    }

    private static long send(UdpSocket source, InetSocketAddress to, double gigabits, double seconds) {
        long sentBytes = 0;
        long startNs = System.nanoTime();
        try (OutgoingMessages messages = new OutgoingMessages(false, 1, TRAIN_BYTES)) {
            messages.load(to, new byte[TRAIN_BYTES], TRAIN_BYTES, 0);
            messages.asOne(TRAIN_BYTES, DATAGRAM_BYTES, false);
            while (System.nanoTime() - startNs < seconds * 1e9) {
                if (gigabits > 0) {
                    double aheadNs = sentBytes * 8 / gigabits - (System.nanoTime() - startNs);
                    if (aheadNs > 50_000) {
                        LockSupport.parkNanos((long) aheadNs);
                        continue;
                    }
                }
                if (source.send(messages, 0, 1) == 1) {
                    sentBytes += TRAIN_BYTES;
                }
            }
        }
        return sentBytes;
    }

    private static long relayCpuNs() {
        long sum = 0;
        for (long id : THREADS.getAllThreadIds()) {
            var info = THREADS.getThreadInfo(id);
            if (info != null && info.getThreadName().startsWith("udp-relay")) {
                sum += THREADS.getThreadCpuTime(id);
            }
        }
        return sum;
    }

    /** Counts what comes. */
    private static final class Sink implements Runnable {
        private final UdpSocket socket;
        // Written by the sink's thread, read by the main thread.
        private volatile long bytes;
        private volatile boolean stopped;

        Sink(UdpSocket socket) {
            this.socket = socket;
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // this thread alone writes it
        public void run() {
            try (IncomingMessages messages = new IncomingMessages(16, 65_535);
                    Poller poller = Linux.polling().open(List.of(socket))) {
                while (!stopped) {
                    poller.await(10_000_000);
                    int count = socket.receive(messages);
                    for (int i = 0; i < count; i++) {
                        messages.read(i);
                        bytes += messages.length();
                    }
                }
            }
        }
    }
}
