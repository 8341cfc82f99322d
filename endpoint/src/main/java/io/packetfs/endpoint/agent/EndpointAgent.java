package io.packetfs.endpoint.agent;

import io.packetfs.endpoint.Endpoint;
import io.packetfs.protocol.port.DatagramPort;
import io.packetfs.protocol.port.DatagramReceiver;
import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.port.PortFeatures;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.function.LongSupplier;
import org.agrona.concurrent.Agent;
import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;

/**
 * The duty cycle of one shard: one thread, one port, one endpoint. Takes posted work and datagrams in, does what is due, and sends what
 * the endpoint wants sent; when there was nothing to do it waits in the port for the next datagram or deadline.
 *
 * <p>A cycle reads the clock when it begins, after each buffer of datagrams has come, and before it sends. A datagram is never taken for
 * earlier than it came, nor a packet for later than it went: a thread that was held up in between measures a round trip that is too
 * long, which estimates forget, and not one that no path has, which would remain as the shortest ever seen.
 *
 * <p>Other threads reach the endpoint only through {@link #execute}, a bounded queue.
 */
public final class EndpointAgent implements Agent {
    private static final int QUEUE_CAPACITY = 1_024;

    /** Trains sent in a row before datagrams are read again: about half a megabyte, so that acks are not kept waiting. */
    private static final int TRAINS_PER_CYCLE = 8;

    /** The longest wait; it bounds how late a closed agent notices, whatever the port's wake-up does. */
    private static final long WAIT_NS_MAX = 100_000_000;

    private final Endpoint endpoint;
    private final ShardExchange exchange;
    private final int shardIndex;
    private final DatagramPort port;
    private final LongSupplier nanoClock;
    private final DatagramTrain train;
    private final MpscVarHandleArrayQueue<Runnable> work = new MpscVarHandleArrayQueue<>(QUEUE_CAPACITY);
    private final MessagePassingQueue.Consumer<Runnable> run = Runnable::run;
    private final DatagramReceiver receiver = new Receiver();
    private boolean trainPending;

    /**
     * @param nanoClock the clock in nanoseconds, of any origin, never going back; it may wrap
     */
    public EndpointAgent(Endpoint endpoint, DatagramPort port, LongSupplier nanoClock) {
        this(endpoint, port, nanoClock, new ShardExchange(1));
    }

    /**
     * The agent of one of the endpoints that share a port.
     *
     * @param nanoClock the clock in nanoseconds, of any origin, never going back; it may wrap
     * @param exchange the one that the endpoint's {@link io.packetfs.endpoint.Shard} is of
     */
    public EndpointAgent(Endpoint endpoint, DatagramPort port, LongSupplier nanoClock, ShardExchange exchange) {
        this.exchange = exchange;
        shardIndex = endpoint.shard().index();
        exchange.attach(shardIndex, port);
        this.endpoint = endpoint;
        this.port = port;
        endpoint.carriedBy(port.features());
        this.nanoClock = nanoClock;
        train = new DatagramTrain(Math.min(port.features().trainBytesMax(), PortFeatures.UDP_PAYLOAD_BYTES_MAX));
    }

    /** Posts work for the agent's thread, from any thread. Returns false if too much is waiting. */
    public boolean execute(Runnable task) {
        boolean taken = work.relaxedOffer(task);
        port.wakeup();
        return taken;
    }

    /** One cycle without waiting; returns how much was done, 0 if nothing. For virtual time and for callers that wait themselves. */
    public int poll() {
        endpoint.onTime(nanoClock.getAsLong());
        int done = runPosted();
        done += exchange.deliver(shardIndex, endpoint, nanoClock);
        done += port.receive(receiver);
        long nowNs = nanoClock.getAsLong();
        long deadlineNs = endpoint.deadlineNs();
        if (deadlineNs != Long.MAX_VALUE && deadlineNs - nowNs <= 0) {
            endpoint.onDeadline(nowNs);
            done++;
        }
        return done + transmit(nowNs);
    }

    /** Does what was posted, and nothing else; returns how much. Part of {@link #poll}; by itself for who has stopped polling. */
    public int runPosted() {
        return work.drain(run, QUEUE_CAPACITY);
    }

    /** When {@link #poll} has to be called again if no datagram comes, by the agent's clock; {@link Long#MAX_VALUE} if never. */
    public long deadlineNs() {
        return endpoint.deadlineNs();
    }

    /** One cycle; waits in the port if there was nothing to do. */
    @Override
    public int doWork() {
        int done = poll();
        if (done == 0) {
            port.await(waitNs());
        }
        return done;
    }

    @Override
    public String roleName() {
        return "pfs-endpoint";
    }

    @Override
    public void onClose() {
        port.close();
    }

    /** Gives the endpoint the time with all that the port tells. */
    private final class Receiver implements DatagramReceiver {
        @Override
        public void onDatagrams(InetSocketAddress source, MemorySegment memory, int length, int segmentBytes, int ecn) {
            endpoint.onDatagrams(nanoClock.getAsLong(), source, memory, length, segmentBytes, ecn);
        }

        @Override
        public void onUnblocked(InetSocketAddress destination) {
            endpoint.onUnblocked(destination);
        }

        @Override
        public void onDisconnected(InetSocketAddress peer, String cause) {
            endpoint.onTime(nanoClock.getAsLong());
            endpoint.onDisconnected(peer, cause);
        }
    }

    private long waitNs() {
        long deadlineNs = endpoint.deadlineNs();
        if (deadlineNs == Long.MAX_VALUE || trainPending) {
            return WAIT_NS_MAX;
        }
        return Math.clamp(deadlineNs - nanoClock.getAsLong(), 0, WAIT_NS_MAX);
    }

    /** Returns how many trains were sent. A train that the port does not take is kept and offered again. */
    private int transmit(long nowNs) {
        int segmentsMax = port.features().trainSegmentsMax();
        for (int sent = 0; sent < TRAINS_PER_CYCLE; sent++) {
            if (!trainPending && !endpoint.pollTransmit(nowNs, train, segmentsMax)) {
                disconnect();
                return sent;
            }
            trainPending = !port.send(train);
            if (trainPending) {
                return sent;
            }
            if (port.isBlocked(train.destination())) {
                endpoint.onBlocked(train.destination());
            }
        }
        return TRAINS_PER_CYCLE;
    }

    /** Lets go the peers of connections that have ended; all that was for them has been sent. */
    private void disconnect() {
        for (InetSocketAddress peer = endpoint.pollDisconnect(); peer != null; peer = endpoint.pollDisconnect()) {
            port.disconnect(peer);
        }
    }
}
