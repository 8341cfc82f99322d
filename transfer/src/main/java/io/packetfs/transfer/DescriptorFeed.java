package io.packetfs.transfer;

import io.packetfs.protocol.DescriptorList;

/** Gives the descriptors of a schedule one after another, once. Called by one thread. */
@FunctionalInterface
public interface DescriptorFeed {
    /**
     * Appends the next descriptors, up to {@code countMax} in the list, which is empty; none when there are no more. What they name lies
     * inside the blob.
     */
    void fill(DescriptorList list, int countMax);
}
