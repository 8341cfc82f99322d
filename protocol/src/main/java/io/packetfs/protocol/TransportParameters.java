package io.packetfs.protocol;

/**
 * What a side tells its peer in the handshake (spec: PAR): what it accepts, and how it wants to be addressed.
 *
 * @param connectionId what the peer writes into its headers from now on; not zero
 * @param version the highest protocol version this side speaks
 * @param datagramBytesMax the longest UDP payload it takes, 1,200 to 65,507
 * @param creditBytes the first value of the byte credit (spec: CRD-1)
 * @param gramWindow how far gram ids may run ahead; a power of two, 64 to 65,536
 * @param slabBytesMax the longest slab, 1,408 to 2^24
 * @param descriptorBytesMax the most bytes of one descriptor, 1 to 2^24
 * @param descriptorCountMax the most descriptors of one gram, 1 to 4,095
 * @param idleTimeoutMs after this time without a packet the connection is gone, 1,000 to 600,000
 * @param ackDelayMaxUs the longest it holds an ACK back unasked, 0 to 1,000,000
 * @param blobIdentity which common blob it holds, 0 for none (spec: PAR-6)
 */
public record TransportParameters(
        int connectionId,
        int version,
        int datagramBytesMax,
        long creditBytes,
        int gramWindow,
        int slabBytesMax,
        int descriptorBytesMax,
        int descriptorCountMax,
        int idleTimeoutMs,
        int ackDelayMaxUs,
        long blobIdentity) {
    public static final int BYTES = 48;

    /** spec: PAR-4. */
    public static final int GRAM_WINDOW_DEFAULT = 4_096;

    /** spec: PAR-4. */
    public static final int IDLE_TIMEOUT_MS_DEFAULT = 30_000;

    /** spec: PAR-4. */
    public static final int ACK_DELAY_MAX_US_DEFAULT = 25_000;

    /** What every path and peer takes; a connection starts with it (spec: PTH-1). */
    public static final int DATAGRAM_BYTES_MIN = 1_200;

    /** spec: HDR-7. */
    public static final int DATAGRAM_BYTES_LIMIT = PacketHeader.BYTES + PacketHeader.PAYLOAD_BYTES_MAX;

    private static final int VERSION_OFFSET = 4;
    private static final int DATAGRAM_OFFSET = 6;
    private static final int CREDIT_OFFSET = 8;
    private static final int GRAM_WINDOW_OFFSET = 16;
    private static final int SLAB_OFFSET = 20;
    private static final int DESCRIPTOR_BYTES_OFFSET = 24;
    private static final int DESCRIPTOR_COUNT_OFFSET = 28;
    private static final int RESERVED_16_OFFSET = 30;
    private static final int IDLE_TIMEOUT_OFFSET = 32;
    private static final int ACK_DELAY_OFFSET = 36;
    private static final int BLOB_IDENTITY_OFFSET = 40;

    /** The defaults of PAR-4, with what has none. */
    public static TransportParameters defaults(int connectionId, int datagramBytesMax, long creditBytes) {
        return new TransportParameters(
                connectionId,
                PacketHeader.VERSION,
                datagramBytesMax,
                creditBytes,
                GRAM_WINDOW_DEFAULT,
                GramLimits.DEFAULTS.slabBytesMax(),
                GramLimits.DEFAULTS.descriptorBytesMax(),
                GramLimits.DEFAULTS.descriptorCountMax(),
                IDLE_TIMEOUT_MS_DEFAULT,
                ACK_DELAY_MAX_US_DEFAULT,
                0);
    }

    /** What the side accepts in one gram. */
    public GramLimits gramLimits() {
        return new GramLimits(slabBytesMax, descriptorCountMax, descriptorBytesMax);
    }

    /** The idle timeout in force with a peer (spec: PAR-5). */
    public int idleTimeoutMsWith(TransportParameters peer) {
        return Math.min(idleTimeoutMs, peer.idleTimeoutMs);
    }

    /** Whether both sides name a common blob, and not the same one (spec: PAR-6). */
    public boolean isOfOtherBlobThan(TransportParameters peer) {
        return blobIdentity != 0 && peer.blobIdentity != 0 && blobIdentity != peer.blobIdentity;
    }

    /** Whether all values are in the ranges of PAR-1 to PAR-3. */
    public boolean isInRange() {
        return connectionId != 0
                && isWithin(version, 1, 0xffff)
                && isWithin(datagramBytesMax, DATAGRAM_BYTES_MIN, DATAGRAM_BYTES_LIMIT)
                && Wire.isNumber(creditBytes)
                && isWithin(gramWindow, 64, 65_536)
                && Integer.bitCount(gramWindow) == 1
                && isWithin(slabBytesMax, 1_408, GramLimits.SLAB_BYTES_LIMIT)
                && isWithin(descriptorBytesMax, 1, 1 << 24)
                && isWithin(descriptorCountMax, 1, 4_095)
                && isWithin(idleTimeoutMs, 1_000, 600_000)
                && isWithin(ackDelayMaxUs, 0, 1_000_000);
    }

    /**
     * The 48 bytes.
     *
     * @throws IllegalStateException if a value is out of range: a peer would not answer
     */
    public byte[] encode() {
        if (!isInRange()) {
            throw new IllegalStateException("out of range: " + this);
        }
        byte[] bytes = new byte[BYTES];
        Wire.putU32(bytes, 0, connectionId);
        Wire.putU16(bytes, VERSION_OFFSET, version);
        Wire.putU16(bytes, DATAGRAM_OFFSET, datagramBytesMax);
        Wire.putU64(bytes, CREDIT_OFFSET, creditBytes);
        Wire.putU32(bytes, GRAM_WINDOW_OFFSET, gramWindow);
        Wire.putU32(bytes, SLAB_OFFSET, slabBytesMax);
        Wire.putU32(bytes, DESCRIPTOR_BYTES_OFFSET, descriptorBytesMax);
        Wire.putU16(bytes, DESCRIPTOR_COUNT_OFFSET, descriptorCountMax);
        Wire.putU32(bytes, IDLE_TIMEOUT_OFFSET, idleTimeoutMs);
        Wire.putU32(bytes, ACK_DELAY_OFFSET, ackDelayMaxUs);
        Wire.putU64(bytes, BLOB_IDENTITY_OFFSET, blobIdentity);
        return bytes;
    }

    /** Reads what a peer sent: null when the length is wrong, a reserved field is set, or a value is out of range. */
    public static TransportParameters decode(byte[] bytes) {
        if (bytes.length != BYTES) {
            return null;
        }
        boolean reservedZero = Wire.u16(bytes, RESERVED_16_OFFSET) == 0;
        TransportParameters parameters = new TransportParameters(
                Wire.bits32(bytes, 0),
                Wire.u16(bytes, VERSION_OFFSET),
                Wire.u16(bytes, DATAGRAM_OFFSET),
                Wire.u64(bytes, CREDIT_OFFSET),
                Wire.bits32(bytes, GRAM_WINDOW_OFFSET),
                Wire.bits32(bytes, SLAB_OFFSET),
                Wire.bits32(bytes, DESCRIPTOR_BYTES_OFFSET),
                Wire.u16(bytes, DESCRIPTOR_COUNT_OFFSET),
                Wire.bits32(bytes, IDLE_TIMEOUT_OFFSET),
                Wire.bits32(bytes, ACK_DELAY_OFFSET),
                Wire.u64(bytes, BLOB_IDENTITY_OFFSET));
        return reservedZero && parameters.isInRange() ? parameters : null;
    }

    private static boolean isWithin(int value, int min, int max) {
        return value >= min && value <= max;
    }
}
