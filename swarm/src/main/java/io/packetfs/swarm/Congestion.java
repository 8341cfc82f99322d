package io.packetfs.swarm;

import io.packetfs.ackwindow.Bbr;
import io.packetfs.ackwindow.CongestionControllerSupplier;
import io.packetfs.ackwindow.Cubic;

/** The congestion controllers that a scenario can name. */
public enum Congestion {
    BBR,
    CUBIC;

    CongestionControllerSupplier supplier() {
        return this == BBR ? Bbr.supplier() : Cubic.supplier();
    }
}
