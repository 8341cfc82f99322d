package io.packetfs.endpoint;

import io.packetfs.ackwindow.Flight;
import io.packetfs.ackwindow.PathMtuSearch;
import io.packetfs.ackwindow.ReceiveWindow;
import io.packetfs.protocol.port.PortFeatures;
import java.net.InetSocketAddress;
import java.util.random.RandomGenerator;

/**
 * What the kind of carrier makes of an endpoint: over datagrams, which may vanish, come twice, late and from elsewhere; or over streams,
 * each a peer's own, which lose nothing. It is chosen once, by the port's features; what stands down over a stream stands down here (spec:
 * TCP-5), and nothing else asks what carries the packets.
 *
 * <p>One agent thread. Over streams it knows which connection is on which.
 */
abstract class Carriage {
    /** The one for ports with these features. */
    static Carriage of(PortFeatures features) {
        return features.reliableAndOrdered() ? new StreamCarriage() : new DatagramCarriage();
    }

    // what a session is built of

    /** How large packets may be, and which are tried. */
    abstract PathMtuSearch newPacketSizes(EndpointConfig config, int peerBytesMax);

    abstract Flight newFlight(int packetBytes, EndpointConfig config, RandomGenerator random, long peerAckDelayNsMax);

    abstract ReceiveWindow newReceiveWindow(long ackDelayNsMax);

    abstract AckPolicy newAckPolicy();

    /** Whether a packet may be lost, damaged or from somebody else without an end to the connection, so that what matters is said again. */
    abstract boolean losesPackets();

    // which connection is where

    /** Whether a connection may be opened with this peer. */
    boolean isFree(InetSocketAddress peer) {
        return true;
    }

    void onOpened(InetSocketAddress peer, Connection connection) {}

    /** Whether a packet that names this connection may come from there. */
    boolean admits(InetSocketAddress source, Connection connection) {
        return true;
    }

    /** Something came from there that no connection wants. */
    void onStranger(InetSocketAddress source) {}

    void onClosed(Connection connection) {}

    /** The connection with this peer; null if there is none, or if peers have no streams. */
    Connection at(InetSocketAddress peer) {
        return null;
    }

    /** The carrier has let this peer go; returns the connection that this concerns, or null. */
    Connection onDisconnected(InetSocketAddress peer) {
        return null;
    }

    /** The next peer that the carrier shall let go; null if there is none. */
    InetSocketAddress pollDisconnect() {
        return null;
    }
}
