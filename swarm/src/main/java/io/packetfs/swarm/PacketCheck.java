package io.packetfs.swarm;

import io.packetfs.protocol.trace.Trace;
import org.agrona.collections.LongHashSet;

/** Holds one end of a connection to its packet numbers: none is used twice, and none is taken twice. */
final class PacketCheck implements Trace {
    private static final long NONE_YET = -1;

    private final LongHashSet received = new LongHashSet();
    private long lastSent = NONE_YET;

    @Override
    public boolean wantsPackets() {
        return true;
    }

    @Override
    public void onPacketSent(long nowNs, long packetNumber, int bytes) {
        if (packetNumber <= lastSent) {
            throw new ScenarioFailure("packet number " + packetNumber + " is used again after " + lastSent);
        }
        lastSent = packetNumber;
    }

    @Override
    public void onPacketReceived(long nowNs, long packetNumber, int bytes) {
        if (!received.add(packetNumber)) {
            throw new ScenarioFailure("packet number " + packetNumber + " was taken twice");
        }
    }
}
