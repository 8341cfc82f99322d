package io.packetfs.sim;

/** A relay that asks the kernel for one datagram at a time. */
class NioUdpRelayTest extends UdpRelayTest {
    @Override
    UdpRelay.Binder binder() {
        return NioRelaySockets::bind;
    }
}
