package io.packetfs.proxy;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * A client, the upstream server it is connected to, and a {@link StreamPipe} each way. Both channels are on one event loop, which alone
 * calls all this, {@link #closeFrom} and {@link #executor} excepted.
 */
final class TcpConnection implements StreamPipe.Owner {
    private static final int CONNECT_TIMEOUT_MS = 10_000;
    private static final int RESET = 0;

    private final NamedProxy proxy;
    private final TcpListener listener;
    private final Channel client;
    private final long seed;
    /** What came from the client before there was a pipe for it: epoll reads, unasked, what came with an end. */
    private final ArrayDeque<ByteBuf> early = new ArrayDeque<>();

    private boolean earlyEnd;
    private int openChannels = 1;
    private Channel upstream;
    private StreamPipe toUpstream;
    private StreamPipe toClient;
    private boolean closed;

    TcpConnection(TcpListener listener, Channel client, long seed) {
        this.listener = listener;
        this.client = client;
        this.seed = seed;
        proxy = listener.proxy();
    }

    /** Looks the upstream's name up, on a thread that may wait, and connects to it. */
    void begin() {
        client.pipeline().addLast(new SourceHandler(this, Direction.UPSTREAM));
        client.closeFuture().addListener(done -> onChannelClosed());
        Address address = listener.upstream();
        Thread.ofVirtual().name("resolve-" + address.host()).start(() -> {
            try {
                InetSocketAddress resolved = address.resolve();
                client.eventLoop().execute(() -> connect(resolved));
            } catch (UnknownHostException e) {
                client.eventLoop().execute(this::close);
            }
        });
    }

    /** Toxics have changed. */
    void apply(List<Toxic> toxics) {
        if (toUpstream != null && !closed) {
            toUpstream.apply(toxics);
            toClient.apply(toxics);
        }
    }

    /** Closes both channels at once. What was written before is still delivered by the kernel. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        early.forEach(ByteBuf::release);
        early.clear();
        if (toUpstream != null) {
            toUpstream.close();
            toClient.close();
        }
        if (upstream != null) {
            Channels.close(upstream);
        }
        Channels.close(client);
    }

    /** Closes both channels so that both ends see a reset. */
    @Override
    public void reset() {
        if (!closed) {
            linger(client);
            if (upstream != null) {
                linger(upstream);
            }
            close();
        }
    }

    /** {@link #close} from any thread; completes when it is done. */
    CompletableFuture<Void> closeFrom() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        client.eventLoop().execute(() -> {
            close();
            done.complete(null);
        });
        return done;
    }

    /** Runs things on the connection's event loop. */
    Executor executor() {
        return client.eventLoop();
    }

    void onRead(Direction direction, ByteBuf data) {
        StreamPipe pipe = pipe(direction);
        if (pipe != null) {
            pipe.onRead(data);
        } else if (closed) {
            data.release();
        } else {
            early.add(data);
        }
    }

    void onSourceEnd(Direction direction) {
        StreamPipe pipe = pipe(direction);
        if (pipe != null) {
            pipe.onSourceEnd();
        } else {
            earlyEnd = true;
        }
    }

    /** A side is gone for good: what it sent is still delivered, nothing can be delivered to it. */
    void onSourceClosed(Direction direction) {
        if (toUpstream == null) {
            close();
            return;
        }
        StreamPipe back = direction == Direction.UPSTREAM ? toClient : toUpstream;
        StreamPipe forth = pipe(direction);
        if (forth.isFinished()) {
            close();
        } else {
            back.abandon();
            forth.onSourceEnd();
        }
    }

    /** All that goes this way is sent. */
    @Override
    public void onPipeFinished(Direction direction) {
        Channel sink = direction == Direction.UPSTREAM ? upstream : client;
        boolean other = direction == Direction.UPSTREAM ? toClient.isFinished() : toUpstream.isFinished();
        if (other || !sink.isActive()) {
            close();
        } else {
            Channels.shutdownOutput((DuplexChannel) sink);
        }
    }

    private void connect(InetSocketAddress address) {
        if (closed || !client.isActive()) {
            close();
            return;
        }
        ChannelFuture connecting = new Bootstrap()
                .group(client.eventLoop())
                .channel(proxy.loops().socketType())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new SourceHandler(this, Direction.DOWNSTREAM))
                .connect(address);
        upstream = connecting.channel();
        openChannels++;
        upstream.closeFuture().addListener(done -> onChannelClosed());
        connecting.addListener(connected -> {
            if (connected.isSuccess() && !closed) {
                onConnected();
            } else {
                close();
                Channels.close(upstream);
            }
        });
    }

    private void onConnected() {
        toUpstream = newPipe(Direction.UPSTREAM, client, upstream, Seeds.mix(seed, 1));
        toClient = newPipe(Direction.DOWNSTREAM, upstream, client, Seeds.mix(seed, 2));
        List<Toxic> toxics = proxy.toxics();
        toUpstream.apply(toxics);
        toClient.apply(toxics);
        while (!early.isEmpty()) {
            toUpstream.onRead(early.poll());
        }
        if (earlyEnd) {
            toUpstream.onSourceEnd();
        }
        toUpstream.startReading();
        toClient.startReading();
    }

    private StreamPipe newPipe(Direction direction, Channel source, Channel sink, long pipeSeed) {
        return new StreamPipe(this, direction, source, sink, proxy.heldBytes(), proxy.counters(direction), pipeSeed);
    }

    /** The connection counts until both are gone: one may still be sending what the other left behind. */
    private void onChannelClosed() {
        openChannels--;
        if (openChannels == 0) {
            listener.onClosed(this);
        }
    }

    private StreamPipe pipe(Direction direction) {
        return direction == Direction.UPSTREAM ? toUpstream : toClient;
    }

    private static void linger(Channel channel) {
        try {
            channel.config().setOption(ChannelOption.SO_LINGER, RESET);
        } catch (ChannelException e) {
            // The peer was faster and the socket is closed already.
            Channels.close(channel);
        }
    }
}
