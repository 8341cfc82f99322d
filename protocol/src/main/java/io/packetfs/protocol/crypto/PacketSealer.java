package io.packetfs.protocol.crypto;

/** Protects the packets of one direction in place (spec: PRT). Used by one thread. */
public interface PacketSealer {
    /** What protection adds behind the frames: a tag or a check sum. */
    int overheadBytes();

    /**
     * Seals a packet and writes the tag behind it.
     *
     * @param array holds header and frames from {@code offset}, and has room for {@link #overheadBytes()} behind them; the header's
     *     payload length already counts the tag
     * @param length of header and frames, without the tag
     * @param packetNumber the number that the header bears, greater than any sealed before
     */
    void seal(byte[] array, int offset, int length, long packetNumber);
}
