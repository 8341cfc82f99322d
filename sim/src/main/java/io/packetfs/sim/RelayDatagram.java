package io.packetfs.sim;

/** A datagram that a {@link UdpRelay} holds until it is due. */
final class RelayDatagram extends LiveDatagram {
    RelayClient client;

    RelayDatagram(int capacityBytes) {
        super(capacityBytes);
    }
}
