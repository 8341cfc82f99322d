package io.packetfs.sim;

import static java.util.Objects.requireNonNull;

import java.util.TreeMap;

/**
 * One direction of a link in a {@link SimNetwork}: its settings now and later, a filter, and what it has counted. Called by the one
 * thread that drives the network.
 */
public final class SimLink {
    private final SimNetwork network;
    private final String name;
    private final long number;
    private final LinkCounters counters = new LinkCounters();
    private final Impairment impairment;
    private final RandomStream filterStream;
    private final TreeMap<Long, LinkSettings> changes = new TreeMap<>();
    private long nextChangeNs = Long.MAX_VALUE;
    private PacketFilter filter = PacketFilter.NONE;
    private long nextIndex;

    SimLink(SimNetwork network, String name, long number, LinkSettings settings) {
        this.network = network;
        this.name = name;
        this.number = number;
        long seed = RandomStream.seed(network.seed(), number);
        impairment = new Impairment(seed, settings, counters);
        filterStream = new RandomStream(RandomStream.seed(seed, 0));
    }

    /** As it stands in the packet log. */
    public String name() {
        return name;
    }

    /** What holds at the network's present time. */
    public LinkSettings settings() {
        applyChanges(network.nowNs());
        return impairment.settings();
    }

    /** Changes the link for the datagrams that come to it from now on; those under way keep their fate. */
    public void settings(LinkSettings settings) {
        applyChanges(network.nowNs());
        impairment.settings(requireNonNull(settings, "settings"));
    }

    /** Changes the link for the datagrams that come to it at {@code atNs} or later; not before the present time. */
    public void settingsAt(long atNs, LinkSettings settings) {
        Ranges.check("time of the change in ns", atNs, network.nowNs(), Long.MAX_VALUE);
        changes.put(atNs, requireNonNull(settings, "settings"));
        nextChangeNs = changes.firstKey();
    }

    /** Puts a filter before the link, in place of the one that was there. */
    public void filter(PacketFilter filter) {
        this.filter = requireNonNull(filter, "filter");
    }

    public LinkCounters counters() {
        return counters;
    }

    long number() {
        return number;
    }

    /** Takes a datagram at the near end, and with it its memory. */
    void onDatagram(long nowNs, SimDatagram datagram) {
        applyChanges(nowNs);
        datagram.link = this;
        datagram.index = nextIndex++;
        datagram.holdNs = 0;
        PacketFilter.Verdict verdict = filter.onDatagram(datagram);
        if (verdict == PacketFilter.Verdict.CORRUPT) {
            datagram.invertBit(filterStream.between(0, datagram.length * 8L - 1));
            counters.count(LinkEvent.CORRUPTED, datagram.length);
        }
        LinkEvent fate = verdict == PacketFilter.Verdict.DROP
                ? filtered(datagram)
                : impairment.onDatagram(nowNs, datagram.length, datagram.ecn);
        network.record(nowNs, fate, datagram);
        if (fate == LinkEvent.PASSED) {
            pass(datagram, verdict == PacketFilter.Verdict.DUPLICATE);
        } else {
            network.release(datagram);
        }
    }

    private LinkEvent filtered(SimDatagram datagram) {
        counters.count(LinkEvent.SENT, datagram.length);
        counters.count(LinkEvent.FILTERED, datagram.length);
        return LinkEvent.FILTERED;
    }

    private void pass(SimDatagram datagram, boolean doubledByFilter) {
        long arrivalNs = coalesced(impairment.arrivalNs()) + datagram.holdNs;
        datagram.length = impairment.length();
        datagram.ecn = impairment.ecn();
        impairment.damage(datagram.memory);
        network.schedule(arrivalNs, datagram);
        if (impairment.isDuplicated()) {
            network.schedule(arrivalNs, network.copyOf(datagram));
        }
        if (doubledByFilter) {
            counters.count(LinkEvent.DUPLICATED, datagram.length);
            network.schedule(arrivalNs, network.copyOf(datagram));
        }
    }

    private long coalesced(long arrivalNs) {
        long stepNs = impairment.settings().merging().coalesceNs();
        return stepNs == 0 ? arrivalNs : Math.ceilDiv(arrivalNs, stepNs) * stepNs;
    }

    private void applyChanges(long nowNs) {
        while (nextChangeNs <= nowNs) {
            impairment.settings(changes.pollFirstEntry().getValue());
            nextChangeNs = changes.isEmpty() ? Long.MAX_VALUE : changes.firstKey();
        }
    }
}
