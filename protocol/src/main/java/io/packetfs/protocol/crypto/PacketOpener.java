package io.packetfs.protocol.crypto;

/**
 * Opens the packets of one direction (spec: PRT): {@link #open}, then {@link #frames} and {@link #framesOffset} until the next {@link
 * #open}. Used by one thread. It never throws for what a peer sent.
 */
public interface PacketOpener {
    /** {@link #open}: the packet is not to be believed. */
    int INVALID = -1;

    /** A connection that has seen this many wrong tags is closed with {@code KEY_LIMIT} (spec: PRT-5). */
    long WRONG_TAGS_MAX = 1L << 36;

    /**
     * Opens a packet, which stays as it is.
     *
     * @param array holds the whole packet from {@code offset}: header, frames and tag
     * @param length of all three
     * @param packetNumber the number that the header bears
     * @return the length of the frames, or {@link #INVALID}
     */
    int open(byte[] array, int offset, int length, long packetNumber);

    /** The array with the frames of the packet that was opened last, given that packet's own array. */
    byte[] frames(byte[] packet);

    /** Where they begin, given where the packet does in its own array. */
    int framesOffset(int packetOffset);

    /** Packets whose tag or check sum was wrong. */
    long wrongTags();
}
