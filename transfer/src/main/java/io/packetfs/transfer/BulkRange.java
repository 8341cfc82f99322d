package io.packetfs.transfer;

import io.packetfs.endpoint.DeliveredGram;

/** The one consecutive range of the address space that a bulk gram has brought (spec: FLO-3). */
record BulkRange(long offset, long length) {
    /** The range of a gram, or null if it is no bulk gram, is not one consecutive range, or is too long. */
    static BulkRange of(DeliveredGram gram) {
        if (gram.lane() != Lanes.BULK || !gram.isPlacedIn(Lanes.BULK_BLOB_ID)) {
            return null;
        }
        long offset = gram.descriptorOffset(0);
        long end = offset;
        for (int i = 0; i < gram.descriptorCount(); i++) {
            if (gram.descriptorOffset(i) != end) {
                return null;
            }
            end += gram.descriptorLength(i);
        }
        return end - offset > Lanes.BULK_GRAM_BYTES ? null : new BulkRange(offset, end - offset);
    }
}
