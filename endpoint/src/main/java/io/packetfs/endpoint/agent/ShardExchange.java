package io.packetfs.endpoint.agent;

import io.packetfs.endpoint.Endpoint;
import io.packetfs.endpoint.Shard;
import io.packetfs.protocol.Shards;
import io.packetfs.protocol.port.DatagramPort;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import org.jctools.queues.varhandle.SpscVarHandleArrayQueue;

/**
 * Passes datagrams between the agents of one port, from whichever got one to the one whose connection it is for. There are two bounded
 * queues for each pair, one for datagrams and one for their buffers to come back by, so that nobody waits and nothing is allocated once
 * they are warm. A full queue loses the datagram.
 *
 * <p>Order of calls: make it, make each {@link Endpoint} with its {@link #shard}, and each {@link EndpointAgent} with this. Then {@link
 * Shard.Exchange#pass} belongs to the thread of the passing shard's agent, {@link #deliver} to that of the other's.
 */
public final class ShardExchange {
    /** How many datagrams may be on their way from one shard to another. */
    public static final int PASSED_MAX = 256;

    private static final int BUFFER_BYTES_MIN = 2_048;

    private final int count;
    private final Lane[] lanes;

    // Set by whoever makes the agents, read by the agents' threads.
    private final AtomicReferenceArray<DatagramPort> ports;

    /** A datagram on its way. */
    private static final class Passed {
        private InetSocketAddress source;
        private byte[] bytes = {};
        private int length;
        private int ecn;

        void set(InetSocketAddress source, byte[] array, int offset, int length, int ecn) {
            if (bytes.length < length) {
                bytes = new byte[Math.max(length, BUFFER_BYTES_MIN)];
            }
            System.arraycopy(array, offset, bytes, 0, length);
            this.source = source;
            this.length = length;
            this.ecn = ecn;
        }
    }

    /** From one shard to another. */
    private static final class Lane {
        private final SpscVarHandleArrayQueue<Passed> passed = new SpscVarHandleArrayQueue<>(PASSED_MAX);
        private final SpscVarHandleArrayQueue<Passed> free = new SpscVarHandleArrayQueue<>(PASSED_MAX);

        /** The passing shard's, which is the only one to make buffers. */
        private int made;

        boolean pass(InetSocketAddress source, byte[] array, int offset, int length, int ecn) {
            Passed datagram = free.poll();
            if (datagram == null) {
                if (made == PASSED_MAX) {
                    return false;
                }
                made++;
                datagram = new Passed();
            }
            datagram.set(source, array, offset, length, ecn);
            boolean taken = passed.offer(datagram);
            assert taken : "there are as many places as buffers";
            return true;
        }

        /** The clock is read when it is known what is there: no datagram is taken for earlier than it came. */
        int deliver(Endpoint endpoint, LongSupplier nanoClock) {
            int waiting = passed.size();
            if (waiting == 0) {
                return 0;
            }
            endpoint.onTime(nanoClock.getAsLong());
            for (int i = 0; i < waiting; i++) {
                Passed datagram = passed.poll();
                endpoint.onPassed(datagram.source, datagram.bytes, datagram.length, datagram.ecn);
                boolean taken = free.offer(datagram);
                assert taken : "there are as many places as buffers";
            }
            return waiting;
        }
    }

    /**
     * @param count of shards, a power of two, at most {@link Shards#COUNT_MAX}
     */
    public ShardExchange(int count) {
        if (!Shards.isCount(count)) {
            throw new IllegalArgumentException(count + " shards");
        }
        this.count = count;
        lanes = new Lane[count * count];
        for (int i = 0; i < lanes.length; i++) {
            lanes[i] = new Lane();
        }
        ports = new AtomicReferenceArray<>(count);
    }

    /** What the endpoint of this shard is made with. */
    public Shard shard(int index) {
        return new Shard(
                index,
                count,
                (to, source, array, offset, length, ecn) -> pass(index, to, source, array, offset, length, ecn));
    }

    /** The port that wakes the agent of this shard. */
    void attach(int index, DatagramPort port) {
        ports.setRelease(index, port);
    }

    /** Hands this shard's endpoint what others have passed to it; returns how many datagrams. */
    int deliver(int index, Endpoint endpoint, LongSupplier nanoClock) {
        int delivered = 0;
        for (int from = 0; from < count; from++) {
            delivered += lanes[from * count + index].deliver(endpoint, nanoClock);
        }
        return delivered;
    }

    private boolean pass(int from, int to, InetSocketAddress source, byte[] array, int offset, int length, int ecn) {
        boolean taken = lanes[from * count + to].pass(source, array, offset, length, ecn);
        DatagramPort port = ports.getAcquire(to); // attach
        if (port != null) {
            port.wakeup();
        }
        return taken;
    }
}
