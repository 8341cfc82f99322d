package io.packetfs.nettyio;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.packetfs.protocol.PacketHeader;
import io.packetfs.protocol.port.DatagramPort;
import io.packetfs.protocol.port.DatagramReceiver;
import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.port.FeatureUnavailableException;
import io.packetfs.protocol.port.PortCounters;
import io.packetfs.protocol.port.PortFeatures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * Packets over TCP by Netty: a stream for each peer, opened by whoever sends an INITIAL there first, and cut into packets by what their
 * headers say (spec: TCP). Like {@link NettyUdpPort} it has no thread of its own: every call runs Netty's loop on the caller's thread.
 *
 * <p>Calls: {@link #open}, then {@link #receive}, {@link #send} and {@link #await} in turns, at last {@link #close}, by one thread at a
 * time; {@link #wakeup()} by any. A peer's address is that of the other end of its stream. What does not look like packets ends its
 * stream, and no other.
 *
 * <p>Limits: {@link #STREAMS_MAX} streams, further ones are closed as they come; {@link #UNANSWERED_MAX} that nobody has answered, of which
 * the oldest leaves for a new one, and each after {@link #UNANSWERED_NS_MAX}; {@link TcpStream} says what each may hold.
 */
public final class NettyTcpPort implements DatagramPort {
    /** The most streams at a time. */
    public static final int STREAMS_MAX = 1_024;

    /** The most streams from outside to which nothing has been sent yet. */
    public static final int UNANSWERED_MAX = 64;

    /** How long such a stream may stay. spec: TCP-3 */
    public static final long UNANSWERED_NS_MAX = 10_000_000_000L;

    /** How long a stream that this side has ended may take to bring over what it has. */
    private static final long FINISHING_NS_MAX = 2_000_000_000L;

    private static final int FINISHING_MAX = 64;
    private static final int HAND_OVER_BYTES = 256 << 10;
    private static final int BYTES_PER_RECEIVE = 1 << 20;

    /** Longer waits end early; it keeps deadlines far from overflow. */
    private static final long WAIT_NS_MAX = 3_600_000_000_000L;

    private final NettyTcpPortConfig config;
    private final TcpTransport transport;
    private final CallerDrivenLoop loop;
    private final PortFeatures features;
    private final PortCounters counters = new PortCounters();
    private final Map<InetSocketAddress, TcpStream> streams = new HashMap<>();
    private final ArrayDeque<TcpStream> unanswered = new ArrayDeque<>();
    private final ArrayDeque<TcpStream> arrived = new ArrayDeque<>();
    private final ArrayDeque<TcpStream> unblocked = new ArrayDeque<>();
    private final ArrayDeque<TcpStream> ended = new ArrayDeque<>();
    private final ArrayDeque<Finishing> finishing = new ArrayDeque<>();
    private final Events events = new Events();
    private final byte[] array = new byte[HAND_OVER_BYTES];
    private final MemorySegment memory = MemorySegment.ofArray(array);
    private ServerSocketChannel listener;
    private InetSocketAddress localAddress;
    private int packetsHandedOver;
    private long streamsRefused;
    private long streamsBroken;
    private boolean closed;

    /** A stream that this side has ended, and until when it may take its time. */
    private record Finishing(TcpStream stream, long deadlineNs) {}

    private NettyTcpPort(NettyTcpPortConfig config) {
        this.config = config;
        transport = TcpTransport.of(config.io());
        loop = new CallerDrivenLoop(transport.handlers());
        localAddress = config.bindAddress();
        features = new PortFeatures(
                transport.carrier(),
                PortFeatures.GSO_SEGMENTS_MAX,
                PortFeatures.UDP_PAYLOAD_BYTES_MAX,
                true,
                false,
                false,
                true);
    }

    /**
     * Opens a port, and binds it if it shall accept streams.
     *
     * @throws FeatureUnavailableException if the configuration insists on what this machine lacks
     * @throws UncheckedIOException if the address cannot be bound
     */
    public static NettyTcpPort open(NettyTcpPortConfig config) {
        final NettyTcpPort port = new NettyTcpPort(config);
        boolean opened = false;
        try {
            if (config.accepts()) {
                port.listen();
            }
            opened = true;
            return port;
        } finally {
            if (!opened) {
                port.close();
            }
        }
    }

    private void listen() {
        listener = transport.newListener();
        listener.config().setReuseAddress(true);
        listener.pipeline().addLast(new Acceptor());
        require(loop.register(listener), "register");
        require(listener.bind(config.bindAddress()), "bind");
        localAddress = listener.localAddress();
    }

    private void require(ChannelFuture future, String call) {
        loop.poll();
        if (!future.isSuccess()) {
            final Throwable cause = future.cause();
            throw new UncheckedIOException(
                    call + " " + config.bindAddress() + ": " + cause.getMessage(), new IOException(cause));
        }
    }

    /** Where it listens; without a listener, what it was told to bind to. */
    @Override
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    /**
     * {@inheritDoc}
     *
     * <p>The carrier is {@code tcp-epoll} or {@code tcp-nio}.
     */
    @Override
    public PortFeatures features() {
        return features;
    }

    /** What happened on this port so far; packets are counted as datagrams. */
    public PortCounters counters() {
        return counters;
    }

    /** Streams that are open, those included that nobody has answered. */
    public int streamCount() {
        return streams.size();
    }

    /** Streams from outside that were closed because there were too many, or because nobody answered them. */
    public long streamsRefused() {
        return streamsRefused;
    }

    /** Streams that were closed because what came was no packet. */
    public long streamsBroken() {
        return streamsBroken;
    }

    @Override
    public int receive(DatagramReceiver receiver) {
        enter();
        int packets = 0;
        for (int bytes = 0; bytes < BYTES_PER_RECEIVE; ) {
            if (isQuiet()) {
                poll();
                if (isQuiet()) {
                    break;
                }
            }
            tellUnblocked(receiver);
            if (arrived.isEmpty()) {
                tellEnded(receiver);
                continue;
            }
            final int some = handOver(arrived.element(), receiver);
            bytes += Math.max(1, some);
            packets += some == 0 ? 0 : packetsHandedOver;
        }
        return packets;
    }

    /** Hands over packets of this stream, the first that something arrived for; returns their bytes. */
    private int handOver(TcpStream stream, DatagramReceiver receiver) {
        final int bytes = stream.hasArrived() ? stream.load(array) : 0;
        if (!stream.hasArrived() || bytes < 0) {
            arrived.remove();
        }
        if (bytes < 0) {
            streamsBroken++;
            stream.abort("what came is not a packet");
            return 0;
        }
        if (bytes > 0) {
            packetsHandedOver = stream.packetCount();
            counters.onReceived(packetsHandedOver, bytes);
            receiver.onDatagrams(stream.peer(), memory, bytes, 0, DatagramReceiver.ECN_UNKNOWN);
        }
        return bytes;
    }

    private void tellUnblocked(DatagramReceiver receiver) {
        for (TcpStream next = unblocked.poll(); next != null; next = unblocked.poll()) {
            receiver.onUnblocked(next.peer());
        }
    }

    private void tellEnded(DatagramReceiver receiver) {
        for (TcpStream next = ended.poll(); next != null; next = ended.poll()) {
            if (streams.remove(next.peer(), next)) {
                unanswered.remove(next);
                receiver.onDisconnected(next.peer(), next.cause());
            }
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>A train that begins with an INITIAL opens a stream to where there is none. Any other without a stream is lost, and counted as
     * unreachable, as is what goes to a stream whose end has not been told yet.
     */
    @Override
    public boolean send(DatagramTrain train) {
        enter();
        if (train.isEmpty()) {
            return true;
        }
        TcpStream stream = streams.get(train.destination());
        if (stream == null && isInitial(train) && streams.size() < STREAMS_MAX) {
            stream = connect(train.destination());
            transmit(stream, train);
            loop.poll(); // so that a stream to this machine stands already
            return true;
        }
        if (stream == null || stream.isEnded()) {
            counters.onSent(train);
            counters.onUnreachable(train.count());
            return true;
        }
        if (stream.isBlocked()) {
            counters.onSendRefused();
            return false;
        }
        transmit(stream, train);
        return true;
    }

    private static boolean isInitial(DatagramTrain train) {
        return (train.array()[0] & PacketHeader.TYPE_MASK) == PacketHeader.TYPE_INITIAL;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what is not registered cannot be connected, and that is told
    private TcpStream connect(InetSocketAddress destination) {
        if (destination.isUnresolved()) {
            throw new IllegalArgumentException("unresolved destination " + destination);
        }
        final SocketChannel channel = transport.newStream();
        transport.setUp(channel);
        final TcpStream stream = new TcpStream(channel, destination, events, true, System.nanoTime());
        streams.put(destination, stream);
        loop.register(channel);
        final boolean anywhere = config.bindAddress().getAddress().isAnyLocalAddress();
        stream.connect(
                anywhere ? null : new InetSocketAddress(config.bindAddress().getAddress(), 0));
        return stream;
    }

    private void transmit(TcpStream stream, DatagramTrain train) {
        if (!stream.isAnswered()) {
            unanswered.remove(stream);
        }
        stream.send(train);
        counters.onSent(train);
    }

    @Override
    public boolean isBlocked(InetSocketAddress destination) {
        final TcpStream stream = streams.get(destination);
        return stream != null && stream.isBlocked();
    }

    @Override
    public void disconnect(InetSocketAddress peer) {
        enter();
        final TcpStream stream = streams.remove(peer);
        if (stream == null) {
            return;
        }
        forget(stream);
        if (!stream.isAnswered()) {
            stream.abort();
            return;
        }
        if (finishing.size() == FINISHING_MAX) {
            finishing.remove().stream().abort();
        }
        finishing.add(new Finishing(stream, System.nanoTime() + FINISHING_NS_MAX));
        stream.finish();
    }

    @Override
    public void await(long timeoutNs) {
        enter();
        if (timeoutNs == 0 || !isQuiet()) {
            loop.consumeWakeup();
            return;
        }
        loop.await(Math.clamp(timersNs(), 1, Math.min(timeoutNs, WAIT_NS_MAX)));
        sweep();
    }

    @Override
    public void wakeup() {
        loop.wakeup();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        loop.adopt();
        streams.values().forEach(TcpStream::finish);
        loop.poll(); // what the kernel takes now still gets there
        loop.close();
    }

    private void enter() {
        if (closed) {
            throw new IllegalStateException("port " + localAddress + " is closed");
        }
        loop.adopt();
    }

    private boolean isQuiet() {
        return arrived.isEmpty() && unblocked.isEmpty() && ended.isEmpty();
    }

    private void poll() {
        loop.poll();
        sweep();
    }

    /** Ends the streams whose time is over. */
    private void sweep() {
        if (unanswered.isEmpty() && finishing.isEmpty()) {
            return;
        }
        final long nowNs = System.nanoTime();
        while (!unanswered.isEmpty() && nowNs - unanswered.element().openedNs() >= UNANSWERED_NS_MAX) {
            refuse(unanswered.element());
        }
        while (!finishing.isEmpty()
                && (!finishing.element().stream().isOpen()
                        || nowNs - finishing.element().deadlineNs() >= 0)) {
            finishing.remove().stream().abort();
        }
    }

    /** Nanoseconds to the next {@link #sweep} that has something to do. */
    private long timersNs() {
        if (unanswered.isEmpty() && finishing.isEmpty()) {
            return Long.MAX_VALUE;
        }
        final long nowNs = System.nanoTime();
        final long refuseNs =
                unanswered.isEmpty() ? Long.MAX_VALUE : unanswered.element().openedNs() + UNANSWERED_NS_MAX - nowNs;
        final long abortNs =
                finishing.isEmpty() ? Long.MAX_VALUE : finishing.element().deadlineNs() - nowNs;
        return Math.min(refuseNs, abortNs);
    }

    /** Nobody here knows this one: it goes without a word to the engine, which never heard of it. */
    private void refuse(TcpStream stream) {
        streamsRefused++;
        streams.remove(stream.peer(), stream);
        forget(stream);
        stream.abort();
    }

    private void forget(TcpStream stream) {
        unanswered.remove(stream);
        arrived.remove(stream);
        unblocked.remove(stream);
        ended.remove(stream);
    }

    /** What happens within a poll, kept until the next {@link #receive} tells it. */
    private final class Events implements TcpStream.Owner {
        @Override
        public void onArrived(TcpStream stream) {
            if (!arrived.contains(stream)) {
                arrived.add(stream);
            }
        }

        @Override
        public void onWritable(TcpStream stream) {
            unblocked.add(stream);
        }

        @Override
        public void onEnded(TcpStream stream) {
            ended.add(stream);
        }
    }

    /** Takes streams from outside. */
    private final class Acceptor extends ChannelInboundHandlerAdapter {
        @Override
        @SuppressWarnings(
                "FutureReturnValueIgnored") // what is not registered brings nothing, and goes when its time is over
        public void channelRead(ChannelHandlerContext context, Object message) {
            final SocketChannel channel = (SocketChannel) message;
            final InetSocketAddress peer = channel.remoteAddress();
            if (streams.size() >= STREAMS_MAX || peer == null || streams.containsKey(peer)) {
                streamsRefused++;
                channel.unsafe().closeForcibly();
                return;
            }
            if (unanswered.size() >= UNANSWERED_MAX) {
                refuse(unanswered.element());
            }
            transport.setUp(channel);
            final TcpStream stream = new TcpStream(channel, peer, events, false, System.nanoTime());
            streams.put(peer, stream);
            unanswered.add(stream);
            loop.register(channel);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            streamsRefused++; // out of descriptors, or gone before it was taken; the listener itself goes on
        }
    }
}
