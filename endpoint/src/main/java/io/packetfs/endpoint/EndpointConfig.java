package io.packetfs.endpoint;

import io.packetfs.ackwindow.CongestionControllerSupplier;
import io.packetfs.protocol.GramLimits;
import io.packetfs.protocol.PacketHeader;
import io.packetfs.protocol.TransportParameters;
import java.util.Objects;

/**
 * How an endpoint behaves. Take {@link #defaults}, or start from {@link #builder} and change what differs.
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
 * @param packetsPerKey about how many packets one key seals, 2 to {@link PacketHeader#NUMBERS_PER_KEY}. Keys change when nothing is under
 *     way, so one of a sender that never waits lives on, at most as long as without this (spec: PRT-7). Over streams without effect
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
        int unprovenMax,
        int packetsPerKey) {
    /** The smallest datagram that every path must carry. */
    public static final int DATAGRAM_BYTES_MIN = TransportParameters.DATAGRAM_BYTES_MIN;

    /** What fits an Ethernet frame over IPv4. */
    public static final int DATAGRAM_BYTES_ETHERNET = 1_472;

    public EndpointConfig {
        Objects.requireNonNull(congestion);
        Objects.requireNonNull(gramLimits);
        require(
                datagramBytesMax >= DATAGRAM_BYTES_MIN && datagramBytesMax <= TransportParameters.DATAGRAM_BYTES_LIMIT,
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
        require(packetsPerKey >= 2 && packetsPerKey <= PacketHeader.NUMBERS_PER_KEY, "packetsPerKey", packetsPerKey);
    }

    /** Defaults of the specification (PAR-4), with this congestion control. */
    public static EndpointConfig defaults(CongestionControllerSupplier congestion) {
        return builder(congestion).build();
    }

    /** Starts from {@link #defaults}. */
    public static Builder builder(CongestionControllerSupplier congestion) {
        return new Builder(congestion);
    }

    /** Starts from this configuration. */
    public Builder toBuilder() {
        Builder builder = new Builder(congestion);
        builder.datagramBytesInitial = datagramBytesInitial;
        builder.datagramBytesMax = datagramBytesMax;
        builder.connectTimeoutNs = connectTimeoutNs;
        builder.idleTimeoutMs = idleTimeoutMs;
        builder.keepAlive = keepAlive;
        builder.ackDelayMaxUs = ackDelayMaxUs;
        builder.creditBytesInitial = creditBytesInitial;
        builder.creditBytesMax = creditBytesMax;
        builder.gramWindow = gramWindow;
        builder.gramLimits = gramLimits;
        builder.commonBlob = commonBlob;
        builder.unprovenMax = unprovenMax;
        builder.packetsPerKey = packetsPerKey;
        return builder;
    }

    /** Collects what differs from the defaults; {@link EndpointConfig} says what it means. {@link #build} checks the ranges. */
    public static final class Builder {
        private final CongestionControllerSupplier congestion;
        private int datagramBytesInitial = DATAGRAM_BYTES_MIN;
        private int datagramBytesMax = DATAGRAM_BYTES_ETHERNET;
        private long connectTimeoutNs = 10_000_000_000L;
        private int idleTimeoutMs = TransportParameters.IDLE_TIMEOUT_MS_DEFAULT;
        private boolean keepAlive = true;
        private int ackDelayMaxUs = TransportParameters.ACK_DELAY_MAX_US_DEFAULT;
        private long creditBytesInitial = 4L << 20;
        private long creditBytesMax = 256L << 20;
        private int gramWindow = TransportParameters.GRAM_WINDOW_DEFAULT;
        private GramLimits gramLimits = GramLimits.DEFAULTS;
        private CommonBlob commonBlob;
        private int unprovenMax = 64;
        private int packetsPerKey = PacketHeader.NUMBERS_PER_KEY;

        private Builder(CongestionControllerSupplier congestion) {
            this.congestion = congestion;
        }

        public Builder datagramBytes(int initial, int max) {
            datagramBytesInitial = initial;
            datagramBytesMax = max;
            return this;
        }

        public Builder connectTimeoutNs(long ns) {
            connectTimeoutNs = ns;
            return this;
        }

        public Builder idleTimeoutMs(int ms) {
            idleTimeoutMs = ms;
            return this;
        }

        public Builder keepAlive(boolean whether) {
            keepAlive = whether;
            return this;
        }

        public Builder ackDelayMaxUs(int us) {
            ackDelayMaxUs = us;
            return this;
        }

        public Builder creditBytes(long initial, long max) {
            creditBytesInitial = initial;
            creditBytesMax = max;
            return this;
        }

        public Builder gramWindow(int grams) {
            gramWindow = grams;
            return this;
        }

        public Builder gramLimits(GramLimits limits) {
            gramLimits = limits;
            return this;
        }

        public Builder commonBlob(CommonBlob blob) {
            commonBlob = blob;
            return this;
        }

        public Builder unprovenMax(int connections) {
            unprovenMax = connections;
            return this;
        }

        public Builder packetsPerKey(int packets) {
            packetsPerKey = packets;
            return this;
        }

        /**
         * The configuration.
         *
         * @throws IllegalArgumentException if something is out of range; the message says what
         */
        public EndpointConfig build() {
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
                    unprovenMax,
                    packetsPerKey);
        }
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
