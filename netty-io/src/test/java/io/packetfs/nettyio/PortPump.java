package io.packetfs.nettyio;

import com.sun.management.ThreadMXBean;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.port.Offload;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Pumps datagrams one way over loopback from one process to another, each on a core of its own, without any reliability, and prints
 * what was sent, what arrived and what it cost: the ceiling for everything built upon a port. {@code bare} pumps the same through
 * Netty's usual event loops, for comparison.
 *
 * <p>{@code PortPump [gso|plain|nio|bare] [seconds]}
 */
final class PortPump {
    private static final int DATAGRAM_BYTES = 1472;
    private static final int TRAIN_DATAGRAMS = 43;
    private static final int TRAIN_BYTES = DATAGRAM_BYTES * TRAIN_DATAGRAMS;
    private static final double WARM_UP_SHARE = 0.3;

    private PortPump() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        final String mode = args.length > 0 ? args[0] : "gso";
        final long seconds = args.length > 1 ? Long.parseLong(args[1]) : 6;
        if (args.length < 4) {
            runBoth(mode, seconds);
        } else if (args[2].equals("receive")) {
            receive(mode, seconds, Integer.parseInt(args[3]));
        } else {
            send(mode, seconds, Integer.parseInt(args[3]));
        }
    }

    private static void runBoth(String mode, long seconds) throws IOException, InterruptedException {
        final int port = 20_000 + (int) (ProcessHandle.current().pid() % 10_000);
        final Process receiver = start(mode, seconds + 2, "receive", port, 1);
        TimeUnit.SECONDS.sleep(1);
        final Process sender = start(mode, seconds, "send", port, 0);
        final long sent = report(sender);
        final long received = report(receiver);
        System.out.println(String.format(
                Locale.ROOT, "lost %.1f %% of %d datagrams", 100.0 * (sent - received) / sent, sent / DATAGRAM_BYTES));
    }

    /** Waits for a pump's end, prints what it has to say, and returns the count of bytes with which its line begins. */
    private static long report(Process pump) throws IOException, InterruptedException {
        final String line = new String(pump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (pump.waitFor() != 0) {
            throw new IllegalStateException("a pump failed: " + line);
        }
        final int end = line.indexOf(' ');
        System.out.print(line.substring(end + 1));
        return Long.parseLong(line.substring(0, end));
    }

    private static Process start(String mode, long seconds, String role, int port, int core) throws IOException {
        final List<String> command = new ArrayList<>();
        if (ProcessHandle.current().info().command().isPresent()
                && System.getProperty("os.name").equals("Linux")) {
            command.addAll(List.of("taskset", "-c", Integer.toString(core)));
        }
        command.addAll(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                PortPump.class.getName(),
                mode,
                Long.toString(seconds),
                role,
                Integer.toString(port)));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static NettyUdpPort open(String mode, int port) {
        final NettyUdpPortConfig config =
                NettyUdpPortConfig.on(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return NettyUdpPort.open(
                switch (mode) {
                    case "nio" -> config.withIo(UdpIo.NIO);
                    case "plain" -> config.withGso(Offload.OFF).withGro(Offload.OFF);
                    default -> config;
                });
    }

    private static void send(String mode, long seconds, int port) throws InterruptedException {
        final InetSocketAddress to = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        final DatagramTrain train = new DatagramTrain(TRAIN_BYTES);
        train.reset(to, DATAGRAM_BYTES, TRAIN_DATAGRAMS);
        while (train.hasRoom()) {
            train.append(DATAGRAM_BYTES);
        }
        if (mode.equals("bare")) {
            sendBare(seconds, train);
            return;
        }
        final Meter meter = new Meter("sent", seconds);
        try (NettyUdpPort sender = open(mode, 0)) {
            while (meter.goesOn()) {
                if (sender.send(train)) {
                    meter.count(train.length());
                } else {
                    sender.await(1_000_000);
                }
            }
            meter.print(sender.features().carrier());
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what is lost is lost
    private static void sendBare(long seconds, DatagramTrain train) throws InterruptedException {
        final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        final Channel channel = bootstrap(group).bind(0).sync().channel();
        final Meter meter = new Meter("sent", seconds);
        channel.eventLoop()
                .submit(() -> {
                    while (meter.goesOn()) {
                        final var buffer = channel.alloc().directBuffer(train.length());
                        buffer.writeBytes(train.array(), 0, train.length());
                        channel.writeAndFlush(
                                new SegmentedDatagramPacket(buffer, DATAGRAM_BYTES, train.destination()),
                                channel.voidPromise());
                        meter.count(train.length());
                    }
                    meter.print("bare netty");
                })
                .sync();
        group.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
    }

    private static void receive(String mode, long seconds, int port) throws InterruptedException {
        if (mode.equals("bare")) {
            receiveBare(seconds, port);
            return;
        }
        final Meter meter = new Meter("received", seconds);
        try (NettyUdpPort receiver = open(mode, port)) {
            while (meter.goesOn()) {
                final int count = receiver.receive((source, memory, length, segmentBytes, ecn) -> meter.count(length));
                if (count == 0) {
                    receiver.await(50_000_000);
                }
            }
            meter.print(receiver.features().carrier() + ", "
                    + receiver.counters().datagramsReceived()
                            / Math.max(1, receiver.counters().batchesReceived())
                    + " datagrams a batch");
        }
    }

    private static void receiveBare(long seconds, int port) throws InterruptedException {
        final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        final Meter meter = new Meter("received", seconds);
        final byte[] heap = new byte[65_535];
        final Channel channel = bootstrap(group)
                .option(EpollChannelOption.UDP_GRO, true)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(65_535))
                .handler(new SimpleChannelInboundHandler<DatagramPacket>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
                        final int length = packet.content().readableBytes();
                        packet.content().readBytes(heap, 0, length);
                        meter.goesOn();
                        meter.count(length);
                    }
                })
                .bind(port)
                .sync()
                .channel();
        TimeUnit.SECONDS.sleep(seconds);
        channel.eventLoop().submit(() -> meter.print("bare netty")).sync();
        group.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
    }

    private static Bootstrap bootstrap(EventLoopGroup group) {
        return new Bootstrap()
                .group(group)
                .channel(EpollDatagramChannel.class)
                .localAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .option(ChannelOption.SO_RCVBUF, 4 << 20)
                .option(ChannelOption.SO_SNDBUF, 4 << 20)
                .handler(new SimpleChannelInboundHandler<Object>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext context, Object message) {}
                });
    }

    /** Counts bytes after a warm-up, with the CPU time that the thread used and the memory it allocated meanwhile. */
    private static final class Meter {
        private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        private final String what;
        private final long startNs = System.nanoTime();
        private final long durationNs;
        private long nowNs;
        private long measuredFromNs;
        private long countedAtNs;
        private long cpuFromNs;
        private long allocatedFrom;
        private long bytes;
        private long bytesInAll;

        Meter(String what, long seconds) {
            this.what = what;
            durationNs = TimeUnit.SECONDS.toNanos(seconds);
        }

        boolean goesOn() {
            nowNs = System.nanoTime();
            return nowNs - startNs < durationNs;
        }

        void count(int length) {
            bytesInAll += length;
            if (nowNs - startNs < durationNs * WARM_UP_SHARE) {
                return;
            }
            if (measuredFromNs == 0) {
                measuredFromNs = nowNs;
                cpuFromNs = threads.getCurrentThreadCpuTime();
                allocatedFrom = threads.getCurrentThreadAllocatedBytes();
            }
            countedAtNs = nowNs;
            bytes += length;
        }

        void print(String how) {
            final double seconds = (countedAtNs - measuredFromNs) / 1e9;
            final double cpuSeconds = (threads.getCurrentThreadCpuTime() - cpuFromNs) / 1e9;
            final double trains = (double) bytes / TRAIN_BYTES;
            System.out.println(String.format(
                    Locale.ROOT,
                    "%d %-8s %6.3f GB/s, %6.3f GB per CPU second, %6.0f B allocated per train (%s)",
                    bytesInAll,
                    what,
                    bytes / seconds / 1e9,
                    bytes / cpuSeconds / 1e9,
                    (threads.getCurrentThreadAllocatedBytes() - allocatedFrom) / trains,
                    how));
        }
    }
}
