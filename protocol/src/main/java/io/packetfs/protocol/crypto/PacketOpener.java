package io.packetfs.protocol.crypto;

/** Opens the packets of one direction in place (spec: PRT). Used by one thread. It never throws for what a peer sent. */
public interface PacketOpener {
    /** {@link #open}: the packet is not to be believed; its bytes may be spoilt. */
    int INVALID = -1;

    /** A connection that has seen this many wrong tags is closed with {@code KEY_LIMIT} (spec: PRT-5). */
    long WRONG_TAGS_MAX = 1L << 36;

    /**
     * Opens a packet.
     *
     * @param array holds the whole packet from {@code offset}: header, frames and tag
     * @param length of all three
     * @param packetNumber the number that the header bears
     * @return the length of the frames, which begin right after the header, or {@link #INVALID}
     */
    int open(byte[] array, int offset, int length, long packetNumber);

    /** Packets whose tag or check sum was wrong. */
    long wrongTags();
}
