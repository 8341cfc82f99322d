package io.packetfs.ackwindow;

import java.util.random.RandomGenerator;

/** Makes the congestion controller of a new connection. */
@FunctionalInterface
public interface CongestionControllerSupplier {
    /**
     * Makes one controller.
     *
     * @param datagramBytes the size of datagrams at first
     * @param rtt the connection's estimator, kept up to date by its owner
     * @param random the connection's source of randomness
     */
    CongestionController create(int datagramBytes, RttEstimator rtt, RandomGenerator random);
}
