package io.packetfs.cli;

import io.packetfs.sim.LinkCounters;
import io.packetfs.sim.LinkEvent;
import io.packetfs.sim.NamespacePair;
import io.packetfs.sim.TunLink;

/** Something that moves bytes from host A to host B as fast as it can. */
interface WanContender {
    /** How tables name it. */
    String name();

    /** What a full IP packet of it carries for the application, of all its bytes. */
    double payloadShare();

    /** Null, or why it cannot be measured here. */
    String unavailabilityCause();

    /**
     * Runs once, over a wire that nobody else uses.
     *
     * @throws CommandException if it fails, or a signal came
     */
    WanMeasurement measure(NamespacePair hosts, WanPlan plan, Signals signals) throws CommandException;

    /** The bytes that host A has put on the wire so far, whole IP packets, whatever became of them. */
    static long wireBytes(NamespacePair hosts) {
        return counters(hosts).bytes(LinkEvent.SENT);
    }

    /** The packets of {@link #wireBytes}. */
    static long wirePackets(NamespacePair hosts) {
        return counters(hosts).datagrams(LinkEvent.SENT);
    }

    private static LinkCounters counters(NamespacePair hosts) {
        return hosts.link().counters(TunLink.Direction.A_TO_B);
    }
}
