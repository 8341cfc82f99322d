package io.packetfs.swarm;

/**
 * One side has another address from some moment on, as behind a router that forgets its ports. It happens only when every connection
 * is there: before, nobody could find the other.
 *
 * @param atNs when, nanoseconds of virtual time
 * @param isNewHost whether the host changes as well as the port
 */
public record AddressChange(Side side, long atNs, boolean isNewHost) {
    public AddressChange {
        Scenario.check("at_ms", atNs, 0, Scenario.TIME_NS_MAX);
    }
}
