package io.packetfs.sim;

/** A datagram that a {@link UdpRelay} holds until it is due. */
final class RelayDatagram extends PooledBuffer {
    RelayDirection direction;
    RelayClient client;

    RelayDatagram(int capacityBytes) {
        super(capacityBytes);
    }
}
