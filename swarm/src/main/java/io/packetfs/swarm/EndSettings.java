package io.packetfs.swarm;

import io.packetfs.endpoint.CommonBlob;
import io.packetfs.endpoint.EndpointConfig;
import io.packetfs.protocol.GramLimits;
import io.packetfs.sim.SimPort;

/**
 * How one side behaves; what is not here is as in {@link EndpointConfig#defaults}.
 *
 * @param datagramBytesInitial UDP payload to start with
 * @param datagramBytesMax UDP payload to probe the path up to
 * @param creditBytesInitial landing bytes that the peer may open at first
 * @param creditBytesMax what that may grow to
 * @param gramWindow how many grams may be under way
 * @param gramBytesMax the longest slab that it takes
 * @param ackDelayMaxUs microseconds that an ACK may wait
 * @param idleTimeoutMs milliseconds of silence after which a connection ends
 * @param receiveBufferBytes what may wait at its port
 * @param packetsPerKey about how many packets it seals with one key
 */
public record EndSettings(
        Congestion congestion,
        int datagramBytesInitial,
        int datagramBytesMax,
        long creditBytesInitial,
        long creditBytesMax,
        int gramWindow,
        int gramBytesMax,
        int ackDelayMaxUs,
        int idleTimeoutMs,
        long receiveBufferBytes,
        int packetsPerKey) {
    /** A connection attempt is as patient as a connection. */
    private static final long NS_PER_MS = 1_000_000;

    private static final long RECEIVE_BUFFER_BYTES_MIN = 2_048;
    private static final long RECEIVE_BUFFER_BYTES_MAX = 1L << 30;

    public EndSettings {
        Scenario.check("receive_buffer", receiveBufferBytes, RECEIVE_BUFFER_BYTES_MIN, RECEIVE_BUFFER_BYTES_MAX);
        Scenario.check("gram_max", gramBytesMax, 1, GramLimits.DEFAULTS.slabBytesMax());
    }

    /** As the programs have it, with more patience: the networks of scenarios are worse than most. */
    public static EndSettings defaults(Congestion congestion) {
        EndpointConfig config = EndpointConfig.defaults(congestion.supplier());
        return new EndSettings(
                congestion,
                config.datagramBytesInitial(),
                config.datagramBytesMax(),
                config.creditBytesInitial(),
                config.creditBytesMax(),
                config.gramWindow(),
                config.gramLimits().slabBytesMax(),
                config.ackDelayMaxUs(),
                Scenario.IDLE_TIMEOUT_MS,
                SimPort.RECEIVE_BUFFER_BYTES_DEFAULT,
                config.packetsPerKey());
    }

    /**
     * For the engine.
     *
     * @param blob what it holds; null for nothing
     * @throws IllegalArgumentException if something is out of range; the message says what
     */
    EndpointConfig config(CommonBlob blob) {
        return EndpointConfig.builder(congestion.supplier())
                .datagramBytes(datagramBytesInitial, datagramBytesMax)
                .connectTimeoutNs(idleTimeoutMs * NS_PER_MS)
                .idleTimeoutMs(idleTimeoutMs)
                .ackDelayMaxUs(ackDelayMaxUs)
                .creditBytes(creditBytesInitial, creditBytesMax)
                .gramWindow(gramWindow)
                .gramLimits(limits(gramBytesMax))
                .commonBlob(blob)
                .packetsPerKey(packetsPerKey)
                .build();
    }

    /** The least credit to begin with, bytes: what one of the longest grams takes. */
    static long creditBytesMin(int gramBytesMax) {
        return (long) gramBytesMax + limits(gramBytesMax).headBytesMax();
    }

    private static GramLimits limits(int gramBytesMax) {
        return new GramLimits(
                gramBytesMax, GramLimits.DEFAULTS.descriptorCountMax(), GramLimits.DEFAULTS.descriptorBytesMax());
    }
}
