package io.packetfs.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;

/** Tells a connection what comes from one of its two channels. */
final class SourceHandler extends ChannelInboundHandlerAdapter {
    private final TcpConnection connection;
    private final Direction direction;

    SourceHandler(TcpConnection connection, Direction direction) {
        this.connection = connection;
        this.direction = direction;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        connection.onRead(direction, (ByteBuf) message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            connection.onSourceEnd(direction);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        connection.onSourceClosed(direction);
    }

    /** A reset by the peer, mostly; the channel then becomes inactive. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Channels.close(context);
    }
}
