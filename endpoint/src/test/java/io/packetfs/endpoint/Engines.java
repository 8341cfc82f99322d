package io.packetfs.endpoint;

import io.packetfs.ackwindow.Cubic;

/** Configurations that tests share. */
final class Engines {
    private Engines() {}

    static EndpointConfig config() {
        return EndpointConfig.defaults(Cubic.supplier());
    }
}
