package io.packetfs.sim;

/** A datagram or IP packet that a link in real time holds until it is due. */
class LiveDatagram extends PooledBuffer {
    LiveDirection direction;

    LiveDatagram(int capacityBytes) {
        super(capacityBytes);
    }
}
