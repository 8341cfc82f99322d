package io.packetfs.bench;

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
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** A pump through Netty's usual event loops, for comparison with ports. */
final class BareNettyPump {
    private static final String CARRIER = "bare-netty";
    private static final int SOCKET_BUFFER_BYTES = 4 << 20;

    private BareNettyPump() {}

    @SuppressWarnings("FutureReturnValueIgnored") // what is lost is lost
    static void send(long seconds, DatagramTrain train) throws InterruptedException {
        final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        final Channel channel = bootstrap(group).bind(0).sync().channel();
        final PumpMeter meter = new PumpMeter(seconds);
        channel.eventLoop()
                .submit(() -> {
                    while (meter.goesOn()) {
                        final var buffer = channel.alloc().directBuffer(train.length());
                        buffer.writeBytes(train.array(), 0, train.length());
                        channel.writeAndFlush(
                                new SegmentedDatagramPacket(buffer, train.segmentBytes(), train.destination()),
                                channel.voidPromise());
                        meter.count(train.length());
                    }
                    meter.print(CARRIER);
                })
                .sync();
        group.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
    }

    static void receive(long seconds, int port) throws InterruptedException {
        final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        final PumpMeter meter = new PumpMeter(seconds);
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
        channel.eventLoop().submit(() -> meter.print(CARRIER)).sync();
        group.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
    }

    private static Bootstrap bootstrap(EventLoopGroup group) {
        return new Bootstrap()
                .group(group)
                .channel(EpollDatagramChannel.class)
                .localAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER_BYTES)
                .option(ChannelOption.SO_SNDBUF, SOCKET_BUFFER_BYTES)
                .handler(new SimpleChannelInboundHandler<Object>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext context, Object message) {}
                });
    }
}
