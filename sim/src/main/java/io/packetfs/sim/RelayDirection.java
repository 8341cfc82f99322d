package io.packetfs.sim;

/**
 * One direction of a {@link UdpRelay}: its impairment, and the settings that any thread may change. All but {@link #settings} and
 * {@link #counters} belong to the relay's thread.
 */
final class RelayDirection {
    private final LinkCounters counters = new LinkCounters();
    private final Impairment impairment;
    // Written by any thread, read by the relay's at each datagram.
    private volatile LinkSettings settings;

    RelayDirection(long seed, LinkSettings settings) {
        this.settings = settings;
        impairment = new Impairment(seed, settings, counters);
    }

    LinkSettings settings() {
        return settings;
    }

    void settings(LinkSettings settings) {
        this.settings = settings;
    }

    LinkCounters counters() {
        return counters;
    }

    /** Decides what becomes of a datagram; the answers are at {@link #impairment()} until the next one. */
    LinkEvent onDatagram(long nowNs, int length) {
        impairment.settings(settings);
        return impairment.onDatagram(nowNs, length, EcnMarking.NOT_ECT);
    }

    Impairment impairment() {
        return impairment;
    }
}
