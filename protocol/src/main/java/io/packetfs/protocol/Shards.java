package io.packetfs.protocol;

/**
 * Which of the shards behind one port a datagram belongs to, by one byte of it (spec: SHD), so that a kernel can tell, too. The count of
 * shards is a power of two.
 */
public final class Shards {
    /** The most shards that one port may have. */
    public static final int COUNT_MAX = 64;

    /** Where the connection id has its lowest byte, and with it the shard's number. */
    public static final int CONNECTION_ID_OFFSET = 4;

    /** Where the ephemeral key of an INITIAL starts, behind the header and the fields before the Noise message (spec: HSK-2). */
    public static final int EPHEMERAL_OFFSET = PacketHeader.BYTES + 8;

    private Shards() {}

    /** Whether one port may have so many shards. */
    public static boolean isCount(int count) {
        return count >= 1 && count <= COUNT_MAX && Integer.bitCount(count) == 1;
    }

    /** The shard of the connection that this id names. spec: SHD-1 */
    public static int ofConnectionId(int connectionId, int count) {
        return connectionId & (count - 1);
    }

    /** An id that names this shard, made of any number. */
    public static int name(int number, int shard, int count) {
        return (number & -count) | shard;
    }

    /**
     * The shard that answers an INITIAL; 0 if the datagram is too short to be one. spec: SHD-2
     *
     * @param length of the datagram, in bytes
     */
    public static int ofInitial(byte[] array, int offset, int length, int count) {
        return length > EPHEMERAL_OFFSET ? array[offset + EPHEMERAL_OFFSET] & (count - 1) : 0;
    }
}
