package io.packetfs.records;

import io.packetfs.ackwindow.Bbr;
import io.packetfs.ackwindow.CongestionControllerSupplier;
import io.packetfs.endpoint.EndpointConfig;
import io.packetfs.protocol.GramHeader;
import io.packetfs.protocol.GramLimits;
import java.time.Duration;
import java.util.Objects;

/**
 * How an endpoint for records behaves, and what bounds its memory. Start from {@link #defaults} and change what differs.
 *
 * @param recordBytesMax the longest record that this side accepts, {@value #RECORD_BYTES_MIN} to 16 MiB
 * @param sendBytesMax what may wait in each lane, from being offered to being acknowledged: the bytes of the records and 48 for each
 * @param receiveBytesMax what may wait on a connection to be received, counted alike; the peer is held back when it is reached. At least the
 *     cost of the longest record and {@value #HEAD_ROOM_BYTES}
 * @param acceptsMax how many connections may wait to be accepted, 1 to 65,536; further ones are refused with {@link GramException#BUSY}
 * @param connectTimeout how long an attempt to connect may last
 * @param idleTimeout without a sign of life from the peer for so long, a connection is lost; 1 s to 10 min
 * @param closeTimeout how long {@link GramConnection#close()} waits for acknowledgements
 * @param congestion makes each connection's congestion control
 */
public record GramConfig(
        int recordBytesMax,
        int sendBytesMax,
        int receiveBytesMax,
        int acceptsMax,
        Duration connectTimeout,
        Duration idleTimeout,
        Duration closeTimeout,
        CongestionControllerSupplier congestion) {
    /** The smallest limit that the protocol knows (spec: PAR-3). */
    public static final int RECORD_BYTES_MIN = 1_408;

    /** What a peer may spend on descriptors, which records have no use for. */
    public static final int HEAD_ROOM_BYTES = 20_000;

    /** What a record takes beside its bytes: the gram's header (spec: CRD-1). */
    static final int COST_BYTES = GramHeader.BYTES;

    private static final int BUFFER_BYTES_LIMIT = 1 << 29;
    private static final int ACCEPTS_LIMIT = 1 << 16;
    private static final long CREDIT_BYTES_INITIAL = 4 << 20;
    private static final int GRAM_WINDOW = 16_384;

    public GramConfig {
        Objects.requireNonNull(congestion);
        require(
                recordBytesMax >= RECORD_BYTES_MIN && recordBytesMax <= GramLimits.SLAB_BYTES_LIMIT,
                "recordBytesMax",
                recordBytesMax);
        require(
                sendBytesMax >= recordBytesMax + COST_BYTES && sendBytesMax <= BUFFER_BYTES_LIMIT,
                "sendBytesMax",
                sendBytesMax);
        require(
                receiveBytesMax >= recordBytesMax + HEAD_ROOM_BYTES && receiveBytesMax <= BUFFER_BYTES_LIMIT,
                "receiveBytesMax",
                receiveBytesMax);
        require(acceptsMax >= 1 && acceptsMax <= ACCEPTS_LIMIT, "acceptsMax", acceptsMax);
        require(connectTimeout.isPositive(), "connectTimeout", connectTimeout);
        require(!closeTimeout.isNegative(), "closeTimeout", closeTimeout);
        require(idleTimeout.toMillis() >= 1_000 && idleTimeout.toMillis() <= 600_000, "idleTimeout", idleTimeout);
    }

    /** Records of up to 1 MiB, 8 MiB to wait in each lane to be sent, 16 MiB on each connection to be received, BBR. */
    public static GramConfig defaults() {
        return new GramConfig(
                1 << 20,
                8 << 20,
                16 << 20,
                64,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                Bbr.supplier());
    }

    /** With another {@link #recordBytesMax}. */
    public GramConfig withRecordBytesMax(int value) {
        return new GramConfig(
                value,
                sendBytesMax,
                receiveBytesMax,
                acceptsMax,
                connectTimeout,
                idleTimeout,
                closeTimeout,
                congestion);
    }

    /** With another {@link #sendBytesMax} and {@link #receiveBytesMax}. */
    public GramConfig withBuffers(int sendBytes, int receiveBytes) {
        return new GramConfig(
                recordBytesMax,
                sendBytes,
                receiveBytes,
                acceptsMax,
                connectTimeout,
                idleTimeout,
                closeTimeout,
                congestion);
    }

    /** With another {@link #acceptsMax}. */
    public GramConfig withAcceptsMax(int value) {
        return new GramConfig(
                recordBytesMax,
                sendBytesMax,
                receiveBytesMax,
                value,
                connectTimeout,
                idleTimeout,
                closeTimeout,
                congestion);
    }

    /** With other timeouts. */
    public GramConfig withTimeouts(Duration connect, Duration idle, Duration close) {
        return new GramConfig(
                recordBytesMax, sendBytesMax, receiveBytesMax, acceptsMax, connect, idle, close, congestion);
    }

    /** With another {@link #congestion}. */
    public GramConfig withCongestion(CongestionControllerSupplier value) {
        return new GramConfig(
                recordBytesMax,
                sendBytesMax,
                receiveBytesMax,
                acceptsMax,
                connectTimeout,
                idleTimeout,
                closeTimeout,
                value);
    }

    /** What a record takes of {@link #sendBytesMax} and of the peer's {@link #receiveBytesMax}. */
    static int costBytes(int recordBytes) {
        return COST_BYTES + recordBytes;
    }

    /** How many records of no bytes at all fit into so many bytes. */
    static int recordsMax(int bufferBytes) {
        return bufferBytes / COST_BYTES;
    }

    EndpointConfig engine() {
        GramLimits usual = GramLimits.DEFAULTS;
        GramLimits limits = new GramLimits(recordBytesMax, usual.descriptorCountMax(), usual.descriptorBytesMax());
        long longest = (long) recordBytesMax + limits.headBytesMax();
        return EndpointConfig.builder(congestion)
                .connectTimeoutNs(connectTimeout.toNanos())
                .idleTimeoutMs(Math.toIntExact(idleTimeout.toMillis()))
                .creditBytes(Math.min(receiveBytesMax, Math.max(CREDIT_BYTES_INITIAL, longest)), receiveBytesMax)
                .gramWindow(GRAM_WINDOW)
                .gramLimits(limits)
                .build();
    }

    private static void require(boolean holds, String field, Object value) {
        if (!holds) {
            throw new IllegalArgumentException(field + " " + value + " is out of range");
        }
    }
}
