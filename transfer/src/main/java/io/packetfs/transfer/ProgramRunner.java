package io.packetfs.transfer;

import io.packetfs.protocol.DescriptorList;

/** Runs the programs of a schedule over the blob that both sides hold. Called by one thread at a time, not the agent's. */
@FunctionalInterface
public interface ProgramRunner {
    /** Runs none. */
    ProgramRunner NONE = (program, descriptors) -> ProgramAnswer.refused("this receiver runs no programs");

    /**
     * Runs a program, or refuses to. What it may cost is for this to bound: the peer wrote it.
     *
     * @param descriptors inside the blob
     */
    ProgramAnswer run(String program, DescriptorList descriptors);
}
