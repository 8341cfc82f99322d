package io.packetfs.swarm;

import io.packetfs.protocol.trace.Trace;

/**
 * Who looks on while a scenario runs. It must not change the run.
 *
 * @param packetLog where the packet log goes, a line per record; null for nowhere
 * @param traces makes another trace for each connection
 */
public record Observers(Appendable packetLog, Trace.Supplier traces) {
    /** Nobody. */
    public static final Observers NONE = new Observers(null, (connectionId, isInitiator) -> Trace.NONE);
}
