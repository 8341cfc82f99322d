package io.packetfs.nettyio;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;

/**
 * One UDP socket as Netty has it: a channel, the loop it is registered with, and the buffers it receives into. {@link EpollTransport}
 * and {@link NioTransport} make them.
 */
final class UdpSocket {
    private final String carrier;
    private final Channel channel;
    private final CallerDrivenLoop loop;
    private final ReceiveBuffers receiveBuffers;
    private final boolean segments;
    private final boolean merges;

    /**
     * @param carrier the transport's name for people
     * @param segments whether one call sends a whole train
     * @param merges whether one call receives a whole train
     */
    UdpSocket(
            String carrier,
            Channel channel,
            IoHandlerFactory handlers,
            ReceiveBuffers receiveBuffers,
            boolean segments,
            boolean merges) {
        this.carrier = carrier;
        this.channel = channel;
        this.loop = new CallerDrivenLoop(handlers);
        this.receiveBuffers = receiveBuffers;
        this.segments = segments;
        this.merges = merges;
        channel.config().setRecvByteBufAllocator(receiveBuffers);
    }

    /** Opens a socket by the transport that the configuration asks for; it is not bound yet. */
    static UdpSocket open(NettyUdpPortConfig config) {
        return EpollTransport.isWanted(config.io()) ? EpollTransport.open(config) : NioTransport.open(config);
    }

    /** Asks for socket buffers; Linux hands out at most its {@code rmem_max} and {@code wmem_max}, and says nothing. */
    static void requestBuffers(Channel channel, NettyUdpPortConfig config) {
        channel.config().setOption(ChannelOption.SO_RCVBUF, config.receiveBufferBytes());
        channel.config().setOption(ChannelOption.SO_SNDBUF, config.sendBufferBytes());
    }

    /** Binds, and from then on gives what arrives to {@code inbound}. */
    void bind(InetSocketAddress address, ChannelHandler inbound) {
        channel.pipeline().addLast(inbound);
        require(loop.register(channel), "register", address);
        require(channel.bind(address), "bind", address);
    }

    private void require(ChannelFuture future, String call, InetSocketAddress address) {
        loop.poll();
        if (!future.isSuccess()) {
            final Throwable cause = future.cause();
            throw new UncheckedIOException(call + " " + address + ": " + cause.getMessage(), new IOException(cause));
        }
    }

    Channel channel() {
        return channel;
    }

    CallerDrivenLoop loop() {
        return loop;
    }

    String carrier() {
        return carrier;
    }

    boolean segments() {
        return segments;
    }

    boolean merges() {
        return merges;
    }

    int receiveBufferBytes() {
        return channel.config().getOption(ChannelOption.SO_RCVBUF);
    }

    int sendBufferBytes() {
        return channel.config().getOption(ChannelOption.SO_SNDBUF);
    }

    /** Closes channel and loop. What was received must have been released. */
    void close() {
        if (!channel.isRegistered()) {
            channel.unsafe().closeForcibly();
        }
        loop.close(); // closes the channel if it is registered
        receiveBuffers.free();
    }
}
