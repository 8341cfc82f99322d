package io.packetfs.endpoint;

import io.packetfs.ackwindow.Flight;
import io.packetfs.ackwindow.PathMtuSearch;
import io.packetfs.ackwindow.ReceiveWindow;
import io.packetfs.ackwindow.SendWindow;
import java.util.random.RandomGenerator;

/** Over datagrams: loss detection, repair, pacing, congestion control, and the search for the path's size. */
final class DatagramCarriage extends Carriage {
    @Override
    PathMtuSearch newPacketSizes(EndpointConfig config, int peerBytesMax) {
        int bytesMax = Math.min(config.datagramBytesMax(), peerBytesMax);
        return new PathMtuSearch(Math.min(config.datagramBytesInitial(), bytesMax), bytesMax);
    }

    @Override
    Flight newFlight(int packetBytes, EndpointConfig config, RandomGenerator random, long peerAckDelayNsMax) {
        return new SendWindow(packetBytes, config.congestion(), random, peerAckDelayNsMax, config.packetsPerKey());
    }

    @Override
    ReceiveWindow newReceiveWindow(long ackDelayNsMax) {
        return new ReceiveWindow(ackDelayNsMax);
    }

    @Override
    AckPolicy newAckPolicy() {
        return new AckPolicy();
    }

    @Override
    boolean losesPackets() {
        return true;
    }
}
