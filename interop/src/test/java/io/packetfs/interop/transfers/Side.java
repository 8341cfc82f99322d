package io.packetfs.interop.transfers;

import io.packetfs.endpoint.Endpoint;
import io.packetfs.transfer.Workers;
import java.util.function.LongSupplier;

/**
 * One side of a crossing.
 *
 * @param endpoint for tasks on the agent's thread only
 * @param clockNs the time that this side lives in
 */
record Side(Endpoint endpoint, Workers workers, LongSupplier clockNs) {
    /** Posts work to the agent's thread. */
    void execute(Runnable task) {
        workers.agent().execute(task);
    }
}
