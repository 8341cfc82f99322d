package io.packetfs.endpoint;

import io.packetfs.protocol.FrameReader;
import io.packetfs.protocol.PacketHeader;
import io.packetfs.protocol.Shards;
import io.packetfs.protocol.Ticket;
import io.packetfs.protocol.TransportParameters;
import io.packetfs.protocol.crypto.Entropy;
import io.packetfs.protocol.handshake.InitiatorHandshake;
import io.packetfs.protocol.handshake.ResponderHandshake;
import io.packetfs.protocol.handshake.TicketSecrets;
import io.packetfs.protocol.port.DatagramReceiver;
import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.port.PortFeatures;
import io.packetfs.protocol.trace.Trace;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * The engine of one socket: admits datagrams, finds their connections, and says what to send next and when to be called again. It reads
 * no clock and opens no socket; the same class runs over a kernel socket and in virtual time.
 *
 * <p>Commands: {@link #connect}, {@link #listen}, {@link #endListening}. Inputs: {@link #onDatagrams}, {@link #onDeadline}. Outputs: {@link
 * #pollTransmit} until it returns false, then {@link #deadlineNs}. After any command or input: drain the transmits, read the next
 * deadline. One agent thread. Times are nanoseconds of one clock that never goes back; its origin does not matter, and it may wrap.
 *
 * <p>The cost of a datagram does not depend on the number of connections; memory is bounded per connection,
 * and the connections of strangers by {@link EndpointConfig#unprovenMax}.
 */
public final class Endpoint implements DatagramReceiver {
    /**
     * How long a connection may wait for the proof of its address since it was last asked for: as long as an initiator that has the
     * REPLY goes on speaking. spec: HSK-7
     */
    static final long UNPROVEN_TIMEOUT_NS = 30_000_000_000L;

    /** How long it may wait altogether, so that replays cannot keep it. */
    static final long UNPROVEN_NS_MAX = 60_000_000_000L;

    /** Handshake answers that may wait for the port; further ones are dropped, as the network might. */
    private static final int RAW_DATAGRAMS_MAX = 256;

    private final EndpointConfig config;
    private final Entropy entropy;
    private final RandomGenerator random;
    private final Trace.Supplier traces;
    private final Shard shard;
    private final FrameReader frameReader = new FrameReader();
    private final Int2ObjectHashMap<Connection> connections = new Int2ObjectHashMap<>();
    private final Int2ObjectHashMap<TicketDesk> desks = new Int2ObjectHashMap<>();
    private final Int2ObjectHashMap<TicketDesk> unprovenDesks = new Int2ObjectHashMap<>();
    private final ArrayDeque<RawDatagram> rawDatagrams = new ArrayDeque<>();
    private final ArrayDeque<Connection> ready = new ArrayDeque<>();
    private final DeadlineHeap deadlines = new DeadlineHeap();
    private final EndpointStats stats = new EndpointStats();
    private Carriage carriage = new DatagramCarriage();

    // Inside the engine time counts from the first input, so that it never wraps and moments may be compared as
    // numbers.
    private boolean started;
    private long originNs;
    private long nowNs;

    /** The connection that took a packet of the datagram read last, if one did. */
    private Connection lastTaker;

    /** A handshake answer that waits for the port. */
    private static final class RawDatagram {
        final InetSocketAddress destination;
        final byte[] bytes;

        RawDatagram(InetSocketAddress destination, byte[] bytes) {
            this.destination = destination;
            this.bytes = bytes;
        }
    }

    /**
     * @param entropy where keys come from: a secure source, or a seeded one to replay a run
     */
    public Endpoint(EndpointConfig config, Entropy entropy) {
        this(config, entropy, (connectionId, isInitiator) -> Trace.NONE);
    }

    /**
     * An endpoint whose connections can be followed.
     *
     * @param entropy where keys come from: a secure source, or a seeded one to replay a run
     * @param traces makes the trace of each connection
     */
    public Endpoint(EndpointConfig config, Entropy entropy, Trace.Supplier traces) {
        this(config, entropy, traces, Shard.ALONE);
    }

    /**
     * One of the endpoints that share a port.
     *
     * @param entropy where keys come from; not the same sequence as another shard's
     * @param traces makes the trace of each connection
     */
    public Endpoint(EndpointConfig config, Entropy entropy, Trace.Supplier traces, Shard shard) {
        this.shard = shard;
        this.traces = traces;
        this.config = config;
        this.entropy = entropy;
        byte[] seed = new byte[Long.BYTES];
        entropy.fill(seed);
        random = new SplittableRandom(ByteBuffer.wrap(seed).getLong());
    }

    // commands

    /**
     * Says what carries the packets: whoever brings port and endpoint together, before there is a connection. Until then it is datagrams.
     *
     * @throws IllegalStateException if there are connections, and they were built for something else
     */
    public void carriedBy(PortFeatures features) {
        if (features.reliableAndOrdered() == !carriage.losesPackets()) {
            return;
        }
        if (!connections.isEmpty()) {
            throw new IllegalStateException("the carrier became " + features.carrier() + " under open connections");
        }
        carriage = Carriage.of(features);
    }

    /**
     * Opens a connection to a ticket's issuer at this address. {@link ConnectionListener#onConnected} or {@link
     * ConnectionListener#onClosed} tells how it went.
     */
    public Connection connect(long nowNs, InetSocketAddress peer, Ticket ticket, ConnectionListener listener) {
        return connect(nowNs, peer, ticket, listener, InitiatorHandshake.NO_SPREAD);
    }

    /**
     * As {@link #connect(long, InetSocketAddress, Ticket, ConnectionListener)}, one of several connections: with different numbers they
     * come to different shards of the peer, if it has some.
     *
     * @param spread 0 to {@link InitiatorHandshake#SPREAD_MAX}, or {@link InitiatorHandshake#NO_SPREAD}
     * @throws IllegalStateException if the carrier has a stream for each peer, and this peer's has a connection (spec: TCP-1)
     */
    public Connection connect(
            long nowNs, InetSocketAddress peer, Ticket ticket, ConnectionListener listener, int spread) {
        onTime(nowNs);
        if (!carriage.isFree(peer)) {
            throw new IllegalStateException("the stream to " + peer + " has a connection already");
        }
        int connectionId = newConnectionId();
        TransportParameters parameters = parameters(connectionId);
        InitialSender initial = new InitialSender(
                () -> new InitiatorHandshake(ticket, parameters, entropy, spread),
                connectionId,
                this.nowNs,
                carriage.losesPackets());
        Connection connection = Connection.initiator(this, initial, peer, listener, this.nowNs);
        connections.put(connectionId, connection);
        carriage.onOpened(peer, connection);
        ready(connection);
        return connection;
    }

    /** Takes connections of whoever holds this ticket. */
    public void listen(TicketSecrets secrets, ConnectionAcceptor acceptor) {
        TicketDesk desk = new TicketDesk(new ResponderHandshake(secrets), acceptor);
        if (desks.putIfAbsent(secrets.ticketId(), desk) != null) {
            throw new IllegalStateException("ticket id " + secrets.ticketId() + " is in use");
        }
    }

    /** Takes no new connections of this ticket; those that are there go on. */
    public void endListening(int ticketId) {
        desks.remove(ticketId);
    }

    // inputs

    /** As the datagrams have just arrived; the clock is that of the last call with a time. */
    @Override
    public void onDatagrams(InetSocketAddress source, MemorySegment memory, int length, int segmentBytes, int ecn) {
        byte[] array = (byte[]) memory.heapBase().orElseThrow();
        int step = segmentBytes <= 0 ? length : segmentBytes;
        for (int offset = 0; offset < length; ) {
            lastTaker = null;
            onSegment(source, array, offset, Math.min(step, length - offset), ecn);
            offset += step;
            if (lastTaker != null && offset < length) {
                offset += step * onMoreOfConnection(source, array, offset, step, length, ecn);
            }
        }
    }

    /** As {@link #onDatagrams(InetSocketAddress, MemorySegment, int, int, int)}, at this time in nanoseconds. */
    public void onDatagrams(
            long nowNs, InetSocketAddress source, MemorySegment memory, int length, int segmentBytes, int ecn) {
        onTime(nowNs);
        onDatagrams(source, memory, length, segmentBytes, ecn);
    }

    /** A datagram that came to another shard of this port and belongs to this one; the clock is that of the last call with a time. */
    public void onPassed(InetSocketAddress source, byte[] array, int length, int ecn) {
        stats.passedIn++;
        onSegment(source, array, 0, length, ecn);
    }

    /** The carrier takes nothing more for this peer, until {@link #onUnblocked}. */
    public void onBlocked(InetSocketAddress peer) {
        setBlocked(peer, true);
    }

    @Override
    public void onUnblocked(InetSocketAddress peer) {
        setBlocked(peer, false);
    }

    private void setBlocked(InetSocketAddress peer, boolean blocked) {
        Connection connection = carriage.at(peer);
        if (connection != null) {
            connection.onPeerBlocked(blocked);
            ready(connection);
        }
    }

    @Override
    public void onDisconnected(InetSocketAddress peer, String cause) {
        Connection connection = carriage.onDisconnected(peer);
        if (connection != null) {
            connection.onDisconnected(nowNs, cause);
        }
    }

    /** Sets the clock, in nanoseconds, for the inputs and commands that follow. */
    public void onTime(long nowNs) {
        if (!started) {
            started = true;
            originNs = nowNs;
        }
        this.nowNs = nowNs - originNs;
    }

    /** Does what is due by now. */
    public void onDeadline(long nowNs) {
        onTime(nowNs);
        for (Timed due = deadlines.pollDue(this.nowNs); due != null; due = deadlines.pollDue(this.nowNs)) {
            Connection connection = (Connection) due;
            connection.onDeadline(this.nowNs);
            ready(connection);
        }
    }

    // outputs

    /**
     * Fills a train with datagrams to send now.
     *
     * @param segmentsMax the most datagrams that the port takes in one train
     * @return false if there is nothing to send before the next input or {@link #deadlineNs}
     */
    public boolean pollTransmit(long nowNs, DatagramTrain train, int segmentsMax) {
        onTime(nowNs);
        RawDatagram raw = rawDatagrams.poll();
        if (raw != null) {
            train.reset(raw.destination, raw.bytes.length, 1);
            System.arraycopy(raw.bytes, 0, train.array(), 0, raw.bytes.length);
            train.append(raw.bytes.length);
            return true;
        }
        for (Connection next = ready.poll(); next != null; next = ready.poll()) {
            if (next.pollTransmit(this.nowNs, train, segmentsMax)) {
                ready.add(next); // behind the others: every connection gets its turn
                return true;
            }
            next.isReady = false;
            deadlines.schedule(next, next.deadlineNs(this.nowNs));
        }
        return false;
    }

    /** The next peer whose stream the carrier shall end, when it has taken all that was to be sent; null if there is none. */
    public InetSocketAddress pollDisconnect() {
        return carriage.pollDisconnect();
    }

    /**
     * When {@link #onDeadline} has to be called next, in nanoseconds of the caller's clock, to be compared by subtraction; {@link
     * Long#MAX_VALUE} if never.
     */
    public long deadlineNs() {
        long earliestNs = deadlines.earliestNs();
        if (earliestNs == Timed.NEVER) {
            return Timed.NEVER;
        }
        long deadlineNs = earliestNs + originNs;
        return deadlineNs == Timed.NEVER ? deadlineNs - 1 : deadlineNs;
    }

    // getters

    public EndpointConfig config() {
        return config;
    }

    public Shard shard() {
        return shard;
    }

    public EndpointStats stats() {
        return stats;
    }

    /** Count of connections in any state but closed. */
    public int connectionCount() {
        return connections.size();
    }

    /** Count of accepted connections that wait for the proof of their peer's address. */
    public int unprovenCount() {
        return unprovenDesks.size();
    }

    // for connections and desks

    Carriage carriage() {
        return carriage;
    }

    long nowNs() {
        return nowNs;
    }

    Entropy entropy() {
        return entropy;
    }

    RandomGenerator random() {
        return random;
    }

    Trace newTrace(int connectionId, boolean isInitiator) {
        return traces.trace(connectionId, isInitiator);
    }

    FrameReader frameReader() {
        return frameReader;
    }

    /** How many connections of a ticket may wait here for the proof of their address: this shard's part. spec: HSK-7 */
    int unprovenMax() {
        return Math.max(1, config.unprovenMax() / shard.count());
    }

    int newConnectionId() {
        int id;
        do {
            id = shard.connectionId(random.nextInt()); // spec: SHD-1
        } while (id == 0 || connections.containsKey(id));
        return id;
    }

    TransportParameters parameters(int connectionId) {
        return new TransportParameters(
                connectionId,
                PacketHeader.VERSION,
                TransportParameters.DATAGRAM_BYTES_LIMIT,
                config.creditBytesInitial(),
                config.gramWindow(),
                config.gramLimits().slabBytesMax(),
                config.gramLimits().descriptorBytesMax(),
                config.gramLimits().descriptorCountMax(),
                config.idleTimeoutMs(),
                config.ackDelayMaxUs(),
                config.commonBlob() == null ? 0 : config.commonBlob().identity());
    }

    void sendRaw(InetSocketAddress destination, byte[] bytes) {
        if (rawDatagrams.size() == RAW_DATAGRAMS_MAX) {
            stats.rawDropped++;
            return;
        }
        rawDatagrams.add(new RawDatagram(destination, bytes));
    }

    /** An INITIAL was repeated: whether the connection that it made still waits for the proof of its address. */
    boolean stillUnproven(long nowNs, int connectionId) {
        Connection connection = connections.get(connectionId);
        return connection != null && connection.onInitialAgain(nowNs);
    }

    void add(Connection connection, TicketDesk desk) {
        connections.put(connection.connectionId(), connection);
        carriage.onOpened(connection.peer(), connection);
        unprovenDesks.put(connection.connectionId(), desk);
        ready(connection);
    }

    /** The connection may have something to send, or its deadline may have moved. */
    void ready(Connection connection) {
        if (!connection.isReady) {
            connection.isReady = true;
            ready.add(connection);
        }
    }

    void onTransition(Connection connection) {
        TicketDesk desk = unprovenDesks.remove(connection.connectionId());
        if (desk != null) {
            desk.onSettled();
        }
        if (connection.state() == ConnectionState.CLOSED) {
            connections.remove(connection.connectionId());
            deadlines.remove(connection);
            carriage.onClosed(connection);
        }
    }

    /** Reads the datagrams of one segment, of which there is one unless something merged several. spec: HDR-2, HDR-3 */
    private void onSegment(InetSocketAddress source, byte[] array, int start, int length, int ecn) {
        int offset = start;
        int end = start + length;
        while (end - offset >= PacketHeader.BYTES) {
            long fields = PacketHeader.fields(array, offset);
            int bytes = PacketHeader.BYTES + PacketHeader.payloadLength(fields);
            if (bytes > end - offset) {
                break;
            }
            onDatagram(source, fields, array, offset, bytes, ecn);
            offset += bytes;
        }
        if (offset < end) {
            stats.truncated++;
        }
    }

    /**
     * Hands more of a buffer to the connection that took a packet from it, which can do more with a row than with each packet; returns how many
     * datagrams it took.
     *
     * @param offset behind the datagram in which that packet was
     * @param step the size of all datagrams but the last
     */
    private int onMoreOfConnection(InetSocketAddress source, byte[] array, int offset, int step, int end, int ecn) {
        long fields = PacketHeader.fields(array, offset - step);
        boolean fillsDatagram = PacketHeader.BYTES + PacketHeader.payloadLength(fields) == step;
        int count = fillsDatagram ? lastTaker.onMorePackets(nowNs, source, array, offset, step, end, ecn) : 0;
        stats.datagrams += count;
        return count;
    }

    private void onDatagram(InetSocketAddress source, long fields, byte[] array, int offset, int length, int ecn) {
        stats.datagrams++;
        if (PacketHeader.version(fields) != PacketHeader.VERSION) {
            stats.foreign++; // spec: HDR-1
            return;
        }
        switch (PacketHeader.type(fields)) {
            case PacketHeader.TYPE_PROTECTED -> onProtected(source, fields, array, offset, length, ecn);
            case PacketHeader.TYPE_INITIAL -> onInitial(source, fields, array, offset, length, ecn);
            case PacketHeader.TYPE_REPLY -> onReply(fields, array, offset, length);
            default -> stats.foreign++;
        }
    }

    private void onProtected(InetSocketAddress source, long fields, byte[] array, int offset, int length, int ecn) {
        int id = PacketHeader.connectionId(fields);
        if (!shard.isOwnConnectionId(id)) {
            passOn(Shards.ofConnectionId(id, shard.count()), source, array, offset, length, ecn);
            return;
        }
        Connection connection = connections.get(id);
        if (connection == null || PacketHeader.flags(fields) != 0 || !carriage.admits(source, connection)) {
            stats.unknownConnection++;
            carriage.onStranger(source);
            return;
        }
        connection.onPacket(nowNs, source, array, offset, length, ecn);
        ready(connection);
        lastTaker = connection;
    }

    private void onInitial(InetSocketAddress source, long fields, byte[] array, int offset, int length, int ecn) {
        int owner = Shards.ofInitial(array, offset, length, shard.count());
        if (owner != shard.index()) {
            passOn(owner, source, array, offset, length, ecn);
            return;
        }
        TicketDesk desk = desks.get(PacketHeader.connectionId(fields));
        if (desk == null || !carriage.isFree(source)) {
            stats.initialsRejected++;
        } else {
            desk.onInitial(this, nowNs, source, array, offset, length);
        }
        carriage.onStranger(source);
    }

    private void onReply(long fields, byte[] array, int offset, int length) {
        Connection connection = connections.get(PacketHeader.connectionId(fields));
        if (connection == null || !connection.onReply(nowNs, array, offset, length)) {
            stats.repliesRejected++;
            return;
        }
        ready(connection);
    }

    /** spec: SHD-3 */
    private void passOn(int owner, InetSocketAddress source, byte[] array, int offset, int length, int ecn) {
        if (shard.exchange().pass(owner, source, array, offset, length, ecn)) {
            stats.passedOn++;
        } else {
            stats.passedDropped++;
        }
    }
}
