package io.packetfs.sim;

/**
 * One direction of a link in real time: its impairment, and the settings that any thread may change. All but {@link #settings} and
 * {@link #counters} belong to the link's thread.
 */
final class LiveDirection {
    private final LinkCounters counters = new LinkCounters();
    private final Impairment impairment;
    // Written by any thread, read by the link's at each datagram.
    private volatile LinkSettings settings;

    /**
     * A direction of its own random streams.
     *
     * @param headerBytes what the network puts before the bytes that {@link #onDatagram} is told of
     */
    LiveDirection(long seed, LinkSettings settings, int headerBytes) {
        this.settings = settings;
        impairment = new Impairment(seed, settings, counters, headerBytes);
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
    LinkEvent onDatagram(long nowNs, int length, int ecn) {
        impairment.settings(settings);
        return impairment.onDatagram(nowNs, length, ecn);
    }

    Impairment impairment() {
        return impairment;
    }
}
