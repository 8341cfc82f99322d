package io.packetfs.swarm;

import io.packetfs.protocol.DescriptorList;

/** A gram that was offered: what must come of it, and what has. Attached to the outbound gram. */
final class PlannedGram {
    final Batch batch;

    /** Its turn on its lane, if that is ordered. */
    final long laneSequence;

    /** Where it lands, if it is placed. */
    final long offset;

    /** Bytes of its slab, or, if it has no payload, those that it names. */
    final int length;

    /** Which bytes it names, if it has no payload. */
    final DescriptorList names;

    /** Its bytes, if it is not placed, or its program; null when they are not needed any longer. */
    byte[] slab;

    boolean isAcknowledged;

    PlannedGram(Batch batch, long laneSequence, long offset, byte[] slab, int length) {
        this(batch, laneSequence, offset, slab, length, null);
    }

    PlannedGram(Batch batch, long laneSequence, long offset, byte[] slab, int length, DescriptorList names) {
        this.batch = batch;
        this.laneSequence = laneSequence;
        this.offset = offset;
        this.slab = slab;
        this.length = length;
        this.names = names;
    }

    @Override
    public String toString() {
        return batch.kind() + " gram of " + length + " bytes on lane " + batch.lane()
                + (batch.kind() == Batch.Kind.PLACED ? " at " + offset : "");
    }
}
