package io.packetfs.nettyio;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/** The channels of one of Netty's transports for TCP, and how they are set up. */
enum TcpTransport {
    /** Linux. */
    EPOLL("tcp-epoll") {
        @Override
        IoHandlerFactory handlers() {
            return EpollIoHandler.newFactory(EVENTS_PER_POLL, DefaultSelectStrategyFactory.INSTANCE);
        }

        @Override
        ServerSocketChannel newListener() {
            return new EpollServerSocketChannel();
        }

        @Override
        SocketChannel newStream() {
            return new EpollSocketChannel();
        }

        @Override
        void setUp(SocketChannel stream) {
            super.setUp(stream);
            stream.config().setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, UNSENT_BYTES_MAX);
        }
    },
    /** Everywhere: Java's own channels. */
    NIO("tcp-nio") {
        @Override
        IoHandlerFactory handlers() {
            return NioIoHandler.newFactory();
        }

        @Override
        ServerSocketChannel newListener() {
            return new NioServerSocketChannel();
        }

        @Override
        SocketChannel newStream() {
            return new NioSocketChannel();
        }
    };

    private static final int EVENTS_PER_POLL = 64;

    /** What the kernel may hold of a stream without having sent it: what waits here cannot be overtaken by another lane. */
    private static final long UNSENT_BYTES_MAX = 512 << 10;

    /** A stream takes no more trains while so much waits in the process, until it is half of that. */
    private static final WriteBufferWaterMark WAITING_BYTES = new WriteBufferWaterMark(128 << 10, 256 << 10);

    private final String carrier;

    TcpTransport(String carrier) {
        this.carrier = carrier;
    }

    static TcpTransport of(UdpIo io) {
        return EpollTransport.isWanted(io) ? EPOLL : NIO;
    }

    /** Its name for people and reports. */
    String carrier() {
        return carrier;
    }

    abstract IoHandlerFactory handlers();

    abstract ServerSocketChannel newListener();

    abstract SocketChannel newStream();

    /** Before the channel is registered. Buffers of the kernel are left to it: it sizes them by what the path needs. */
    void setUp(SocketChannel stream) {
        stream.config().setTcpNoDelay(true);
        stream.config().setAllocator(PooledByteBufAllocator.DEFAULT);
        stream.config().setWriteBufferWaterMark(WAITING_BYTES);
        // the engine has its own time-out, and this loop no timers
        stream.config().setOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0);
    }
}
