package io.packetfs.endpoint;

import io.packetfs.ackwindow.CongestionControllerSupplier;
import io.packetfs.protocol.GramLimits;
import java.util.Objects;

/**
 * How an endpoint behaves. Start from {@link #defaults} and change what differs.
 *
 * @param congestion makes each connection's congestion controller
 * @param datagramBytesMax the largest UDP payload to send, 1200 to 65,507; the path is probed up to it (spec: PTH-1)
 * @param datagramBytesInitial the size to start with: 1200 unless the path is known to take more
 * @param connectTimeoutNs nanoseconds without an answer after which a connection attempt ends
 * @param idleTimeoutMs milliseconds without a packet from the peer after which a connection ends, 1,000 to 600,000
 * @param keepAlive whether an idle connection sends a PING at a third of the idle timeout
 * @param ackDelayMaxUs microseconds that an ACK may wait, 0 to 1,000,000
 * @param creditBytesInitial landing bytes that a peer may open at first; at least what the largest gram takes
 * @param creditBytesMax what the credit window may grow to
 * @param gramWindow how many grams may be under way in each direction; a power of two, 64 to 65,536
 * @param gramLimits the largest gram that is accepted
 * @param commonBlob what both sides hold, or null; peers that hold another are refused (spec: PAR-6)
 * @param unprovenMax how many accepted connections of a ticket may wait for the proof of their address (spec: HSK-7)
 */
public record EndpointConfig(
        CongestionControllerSupplier congestion,
        int datagramBytesMax,
        int datagramBytesInitial,
        long connectTimeoutNs,
        int idleTimeoutMs,
        boolean keepAlive,
        int ackDelayMaxUs,
        long creditBytesInitial,
        long creditBytesMax,
        int gramWindow,
        GramLimits gramLimits,
        CommonBlob commonBlob,
        int unprovenMax) {
    /** The smallest datagram that every path must carry. */
    public static final int DATAGRAM_BYTES_MIN = 1_200;

    /** What fits an Ethernet frame over IPv4. */
    public static final int DATAGRAM_BYTES_ETHERNET = 1_472;

    private static final int DATAGRAM_BYTES_LIMIT = 65_507;

    public EndpointConfig {
        Objects.requireNonNull(congestion);
        Objects.requireNonNull(gramLimits);
        require(
                datagramBytesMax >= DATAGRAM_BYTES_MIN && datagramBytesMax <= DATAGRAM_BYTES_LIMIT,
                "datagramBytesMax",
                datagramBytesMax);
        require(
                datagramBytesInitial >= DATAGRAM_BYTES_MIN && datagramBytesInitial <= datagramBytesMax,
                "datagramBytesInitial",
                datagramBytesInitial);
        require(connectTimeoutNs > 0, "connectTimeoutNs", connectTimeoutNs);
        require(idleTimeoutMs >= 1_000 && idleTimeoutMs <= 600_000, "idleTimeoutMs", idleTimeoutMs);
        require(ackDelayMaxUs >= 0 && ackDelayMaxUs <= 1_000_000, "ackDelayMaxUs", ackDelayMaxUs);
        require(
                creditBytesInitial >= gramCostBytesMax(gramLimits) && creditBytesInitial <= creditBytesMax,
                "creditBytesInitial",
                creditBytesInitial);
        require(
                gramWindow >= 64 && gramWindow <= 65_536 && Integer.bitCount(gramWindow) == 1,
                "gramWindow",
                gramWindow);
        require(unprovenMax > 0, "unprovenMax", unprovenMax);
    }

    /** Defaults of the specification (PAR-4), with this congestion control. */
    public static EndpointConfig defaults(CongestionControllerSupplier congestion) {
        return new EndpointConfig(
                congestion,
                DATAGRAM_BYTES_ETHERNET,
                DATAGRAM_BYTES_MIN,
                10_000_000_000L,
                30_000,
                true,
                25_000,
                4L << 20,
                256L << 20,
                4_096,
                GramLimits.DEFAULTS,
                null,
                64);
    }

    public EndpointConfig withDatagramBytes(int initial, int max) {
        return new EndpointConfig(
                congestion,
                max,
                initial,
                connectTimeoutNs,
                idleTimeoutMs,
                keepAlive,
                ackDelayMaxUs,
                creditBytesInitial,
                creditBytesMax,
                gramWindow,
                gramLimits,
                commonBlob,
                unprovenMax);
    }

    public EndpointConfig withTimeouts(long connectTimeoutNs, int idleTimeoutMs) {
        return new EndpointConfig(
                congestion,
                datagramBytesMax,
                datagramBytesInitial,
                connectTimeoutNs,
                idleTimeoutMs,
                keepAlive,
                ackDelayMaxUs,
                creditBytesInitial,
                creditBytesMax,
                gramWindow,
                gramLimits,
                commonBlob,
                unprovenMax);
    }

    public EndpointConfig withCredit(long initialBytes, long maxBytes) {
        return new EndpointConfig(
                congestion,
                datagramBytesMax,
                datagramBytesInitial,
                connectTimeoutNs,
                idleTimeoutMs,
                keepAlive,
                ackDelayMaxUs,
                initialBytes,
                maxBytes,
                gramWindow,
                gramLimits,
                commonBlob,
                unprovenMax);
    }

    public EndpointConfig withCommonBlob(CommonBlob blob) {
        return new EndpointConfig(
                congestion,
                datagramBytesMax,
                datagramBytesInitial,
                connectTimeoutNs,
                idleTimeoutMs,
                keepAlive,
                ackDelayMaxUs,
                creditBytesInitial,
                creditBytesMax,
                gramWindow,
                gramLimits,
                blob,
                unprovenMax);
    }

    /** What the largest gram that is accepted takes from the flow credit. */
    int gramCostBytesMax() {
        return gramCostBytesMax(gramLimits);
    }

    private static int gramCostBytesMax(GramLimits limits) {
        return limits.slabBytesMax() + limits.headBytesMax();
    }

    private static void require(boolean holds, String field, long value) {
        if (!holds) {
            throw new IllegalArgumentException(field + " " + value + " is out of range");
        }
    }
}
