package io.packetfs.swarm;

import io.packetfs.protocol.trace.Trace;
import java.util.function.BooleanSupplier;

/**
 * Who looks on while a scenario runs, and may end it; otherwise it must not change the run.
 *
 * @param packetLog where the packet log goes, a line per record; null for nowhere
 * @param traces makes another trace for each connection
 * @param stop asked often; true ends the run, which then has failed
 */
public record Observers(Appendable packetLog, Trace.Supplier traces, BooleanSupplier stop) {
    /** Nobody. */
    public static final Observers NONE = new Observers(null, (connectionId, isInitiator) -> Trace.NONE, () -> false);
}
