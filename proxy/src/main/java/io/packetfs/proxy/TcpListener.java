package io.packetfs.proxy;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.packetfs.sim.LinkEvent;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** The port of a proxy while it is enabled, and the connections that came through it. */
final class TcpListener implements Listener {
    private static final int BACKLOG = 1_024;
    private static final long SETTLE_MS_MAX = 5_000;

    private final NamedProxy proxy;
    private final Address upstream;
    private final Set<TcpConnection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicLong accepted = new AtomicLong();
    private final Channel server;
    // Written by the thread that closes, read by event loops after they have entered a connection.
    private volatile boolean closed;

    private TcpListener(NamedProxy proxy, Address listen, Address upstream) throws ProxyException {
        this.proxy = proxy;
        this.upstream = upstream;
        server = bind(listen);
    }

    /**
     * Binds and begins to accept.
     *
     * @throws ProxyException if the address cannot be bound
     */
    static TcpListener open(NamedProxy proxy, Address listen, Address upstream) throws ProxyException {
        return new TcpListener(proxy, listen, upstream);
    }

    NamedProxy proxy() {
        return proxy;
    }

    Address upstream() {
        return upstream;
    }

    @Override
    public String address() {
        return Address.text((InetSocketAddress) server.localAddress());
    }

    @Override
    public int connectionCount() {
        return connections.size();
    }

    @Override
    public void apply(List<Toxic> toxics) {
        CompletableFuture<?>[] applied = connections.stream()
                .map(connection -> CompletableFuture.runAsync(() -> connection.apply(toxics), connection.executor()))
                .toArray(CompletableFuture[]::new);
        settle(applied);
    }

    /** All is counted in {@link TrafficCounters}, as it happens. */
    @Override
    public long receivedBytes(Direction direction) {
        return 0;
    }

    @Override
    public long sentBytes(Direction direction) {
        return 0;
    }

    @Override
    public long datagrams(Direction direction, LinkEvent event) {
        return 0;
    }

    /** Stops to accept, closes every connection, and waits for it. */
    @Override
    public void close() {
        closed = true;
        server.close().awaitUninterruptibly(SETTLE_MS_MAX);
        settle(connections.stream().map(TcpConnection::closeFrom).toArray(CompletableFuture[]::new));
    }

    void onClosed(TcpConnection connection) {
        if (connections.remove(connection)) {
            proxy.quota().leave();
        }
    }

    private Channel bind(Address listen) throws ProxyException {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(proxy.loops().group())
                .channel(proxy.loops().serverType())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel client) {
                        accept(client);
                    }
                });
        try {
            ChannelFuture bound = bootstrap.bind(listen.resolve()).awaitUninterruptibly();
            if (bound.isSuccess()) {
                return bound.channel();
            }
            throw new ProxyException(
                    ProxyException.FAILED,
                    "listen tcp " + listen + ": " + bound.cause().getMessage());
        } catch (UnknownHostException e) {
            throw new ProxyException(ProxyException.FAILED, "listen tcp " + listen + ": the host is not known here");
        }
    }

    private void accept(SocketChannel client) {
        if (closed || !proxy.quota().enter()) {
            client.config().setSoLinger(0);
            Channels.close(client);
            return;
        }
        TcpConnection connection = new TcpConnection(this, client, Seeds.mix(proxy.seed(), accepted.getAndIncrement()));
        connections.add(connection);
        connection.begin();
        if (closed) {
            // Whoever closed the listener may have looked at the connections before this one was there.
            connection.close();
        }
    }

    private static void settle(CompletableFuture<?>[] done) {
        try {
            CompletableFuture.allOf(done).get(SETTLE_MS_MAX, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // An event loop that is so far behind will do it when it gets there.
        } catch (ExecutionException e) {
            throw new IllegalStateException("a connection failed to change", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
