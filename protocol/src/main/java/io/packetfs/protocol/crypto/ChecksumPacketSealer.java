package io.packetfs.protocol.crypto;

/** Ends packets in a check sum, for closed links and comparisons (spec: PRT-6). Hides nothing and proves nothing. */
public final class ChecksumPacketSealer implements PacketSealer {
    private final PacketChecksum checksum = new PacketChecksum();

    @Override
    public int overheadBytes() {
        return PacketChecksum.BYTES;
    }

    @Override
    public void seal(byte[] array, int offset, int length, long packetNumber) {
        PacketChecksum.write(array, offset + length, checksum.of(array, offset, length));
    }
}
