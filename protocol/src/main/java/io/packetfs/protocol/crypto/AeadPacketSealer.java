package io.packetfs.protocol.crypto;

import io.packetfs.protocol.PacketHeader;

/** Seals packets with an AEAD, changing keys by packet number (spec: PRT-1, PRT-2, PRT-4). */
public final class AeadPacketSealer implements PacketSealer {
    private PacketKeys keys;
    private long lastPacketNumber = -1;

    /**
     * Starts with generation 0.
     *
     * @param secret 32 bytes, Noise's output for this direction
     */
    public AeadPacketSealer(CipherSuite suite, byte[] secret) {
        keys = PacketKeys.first(suite, secret);
    }

    @Override
    public int overheadBytes() {
        return CipherSuite.TAG_BYTES;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException if the number does not grow: a nonce would be used twice
     */
    @Override
    public void seal(byte[] array, int offset, int length, long packetNumber) {
        if (packetNumber <= lastPacketNumber) {
            throw new IllegalStateException("packet number " + packetNumber + " after " + lastPacketNumber);
        }
        lastPacketNumber = packetNumber;
        while (keys.generation() != PacketKeys.generationOf(packetNumber)) {
            keys = keys.next();
        }
        keys.aead()
                .seal(
                        keys.nonce(packetNumber),
                        array,
                        offset,
                        PacketHeader.BYTES,
                        array,
                        offset + PacketHeader.BYTES,
                        length - PacketHeader.BYTES);
    }
}
