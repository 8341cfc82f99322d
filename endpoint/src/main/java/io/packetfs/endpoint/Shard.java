package io.packetfs.endpoint;

import io.packetfs.protocol.Shards;
import java.net.InetSocketAddress;

/**
 * Which of the endpoints behind one port an endpoint is. Each has a socket, a thread and connections of its own; what comes to the wrong
 * one is passed on.
 *
 * @param index 0 to {@code count - 1}
 * @param count a power of two, at most {@link Shards#COUNT_MAX}
 * @param exchange takes what belongs to another
 */
public record Shard(int index, int count, Exchange exchange) {
    /** The only endpoint of its port. */
    public static final Shard ALONE = new Shard(0, 1, (shard, source, array, offset, length, ecn) -> false);

    /** Passes datagrams to other shards. */
    @FunctionalInterface
    public interface Exchange {
        /**
         * Passes a datagram on; its bytes are copied.
         *
         * @return false if that shard has too many to read: the datagram is lost, as it might have been on its way
         */
        boolean pass(int shard, InetSocketAddress source, byte[] array, int offset, int length, int ecn);
    }

    public Shard {
        if (!Shards.isCount(count) || index < 0 || index >= count) {
            throw new IllegalArgumentException("shard " + index + " of " + count);
        }
    }

    boolean isOwnConnectionId(int connectionId) {
        return Shards.ofConnectionId(connectionId, count) == index;
    }

    /** An id that names this shard, made of any number. */
    int connectionId(int number) {
        return Shards.name(number, index, count);
    }
}
