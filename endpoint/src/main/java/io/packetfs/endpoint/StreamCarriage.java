package io.packetfs.endpoint;

import io.packetfs.ackwindow.Flight;
import io.packetfs.ackwindow.PathMtuSearch;
import io.packetfs.ackwindow.ReceiveWindow;
import io.packetfs.ackwindow.StreamFlight;
import io.packetfs.ackwindow.StreamReceiveWindow;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Over streams that lose nothing and keep the order: no loss detection, repair, probes, pacing, congestion control or search for a size,
 * and no other address (spec: TCP-5). A stream carries one connection and lives as long; bounded by the port's streams.
 */
final class StreamCarriage extends Carriage {
    /** The size of packets, unless the peer takes less. spec: TCP-4 */
    static final int PACKET_BYTES = 65_507;

    private final Map<InetSocketAddress, Connection> byPeer = new HashMap<>();
    private final LinkedHashSet<InetSocketAddress> disconnects = new LinkedHashSet<>();

    @Override
    PathMtuSearch newPacketSizes(EndpointConfig config, int peerBytesMax) {
        int bytes = Math.min(PACKET_BYTES, peerBytesMax);
        return new PathMtuSearch(bytes, bytes);
    }

    @Override
    Flight newFlight(int packetBytes, EndpointConfig config, RandomGenerator random, long peerAckDelayNsMax) {
        return new StreamFlight(peerAckDelayNsMax);
    }

    @Override
    ReceiveWindow newReceiveWindow(long ackDelayNsMax) {
        return new StreamReceiveWindow(ackDelayNsMax);
    }

    /** Asks for nothing: the receiver knows when a gram was delivered. spec: TCP-6 */
    @Override
    AckPolicy newAckPolicy() {
        return new AckPolicy() {
            @Override
            boolean isDue(Flight window, int datagramBytes) {
                return false;
            }
        };
    }

    @Override
    boolean losesPackets() {
        return false;
    }

    @Override
    boolean isFree(InetSocketAddress peer) {
        return !byPeer.containsKey(peer);
    }

    @Override
    void onOpened(InetSocketAddress peer, Connection connection) {
        byPeer.put(peer, connection);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // this very connection
    boolean admits(InetSocketAddress source, Connection connection) {
        return byPeer.get(source) == connection;
    }

    @Override
    void onStranger(InetSocketAddress source) {
        if (isFree(source)) {
            disconnects.add(source);
        }
    }

    @Override
    void onClosed(Connection connection) {
        if (byPeer.remove(connection.peer(), connection)) {
            disconnects.add(connection.peer());
        }
    }

    @Override
    Connection at(InetSocketAddress peer) {
        return byPeer.get(peer);
    }

    @Override
    Connection onDisconnected(InetSocketAddress peer) {
        return byPeer.remove(peer);
    }

    @Override
    InetSocketAddress pollDisconnect() {
        return disconnects.isEmpty() ? null : disconnects.removeFirst();
    }
}
