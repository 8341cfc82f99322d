package io.packetfs.protocol.crypto;

import io.packetfs.protocol.PacketHeader;

/**
 * Opens packets that were sealed with an AEAD. Holds the keys of the generation of the highest number opened, of the one before and
 * of the one after; a number of any other generation is refused before a key is derived for it (spec: PRT-3).
 */
public final class AeadPacketOpener implements PacketOpener {
    private static final int GENERATIONS_HELD = 3;

    /** Room for the packets of nearly every path. */
    private static final int FRAMES_BYTES_MIN = 1_536;

    private final PacketKeys[] held = new PacketKeys[GENERATIONS_HELD];
    private byte[] frames = {};
    private long generation;
    private long wrongTags;

    /**
     * Starts with generation 0.
     *
     * @param secret 32 bytes, Noise's output for the direction
     */
    public AeadPacketOpener(CipherSuite suite, byte[] secret) {
        held[0] = PacketKeys.first(suite, secret);
    }

    @Override
    public int open(byte[] array, int offset, int length, long packetNumber) {
        long asked = PacketKeys.generationOf(packetNumber);
        if (length < PacketHeader.BYTES + CipherSuite.TAG_BYTES || Math.abs(asked - generation) > 1) {
            return INVALID;
        }
        if (frames.length < length) {
            frames = new byte[Math.max(length, FRAMES_BYTES_MIN)];
        }
        PacketKeys keys = keysOf(asked);
        int opened = keys.aead()
                .open(
                        keys.nonce(packetNumber),
                        array,
                        offset,
                        PacketHeader.BYTES,
                        array,
                        offset + PacketHeader.BYTES,
                        length - PacketHeader.BYTES,
                        frames);
        if (opened < 0) {
            wrongTags++;
            return INVALID;
        }
        generation = Math.max(generation, asked);
        return opened;
    }

    @Override
    public byte[] frames(byte[] packet) {
        return frames;
    }

    @Override
    public int framesOffset(int packetOffset) {
        return 0;
    }

    @Override
    public long wrongTags() {
        return wrongTags;
    }

    /** The keys of a generation in reach; only those of the next one may still have to be derived. */
    private PacketKeys keysOf(long asked) {
        int slot = (int) (asked % GENERATIONS_HELD);
        PacketKeys keys = held[slot];
        if (keys == null || keys.generation() != asked) {
            keys = held[(int) (generation % GENERATIONS_HELD)].next();
            held[slot] = keys;
        }
        assert keys.generation() == asked : keys.generation() + " for " + asked;
        return keys;
    }
}
