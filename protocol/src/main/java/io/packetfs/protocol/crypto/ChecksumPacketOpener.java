package io.packetfs.protocol.crypto;

import io.packetfs.protocol.PacketHeader;

/** Checks the sum that ends a packet (spec: PRT-6). */
public final class ChecksumPacketOpener implements PacketOpener {
    private final PacketChecksum checksum = new PacketChecksum();
    private long wrongTags;

    @Override
    public int open(byte[] array, int offset, int length, long packetNumber) {
        int checked = length - PacketChecksum.BYTES;
        if (checked < PacketHeader.BYTES) {
            return INVALID;
        }
        if (checksum.of(array, offset, checked) != PacketChecksum.read(array, offset + checked)) {
            wrongTags++;
            return INVALID;
        }
        return checked - PacketHeader.BYTES;
    }

    @Override
    public byte[] frames(byte[] packet) {
        return packet;
    }

    @Override
    public int framesOffset(int packetOffset) {
        return packetOffset + PacketHeader.BYTES;
    }

    @Override
    public long wrongTags() {
        return wrongTags;
    }
}
