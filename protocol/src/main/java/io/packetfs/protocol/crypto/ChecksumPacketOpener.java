package io.packetfs.protocol.crypto;

import io.packetfs.protocol.PacketHeader;
import java.util.zip.CRC32C;

/** Checks the sum that ends a packet (spec: PRT-6). */
public final class ChecksumPacketOpener implements PacketOpener {
    private final CRC32C crc = new CRC32C();
    private long wrongTags;

    @Override
    public int open(byte[] array, int offset, int length, long packetNumber) {
        int checked = length - ChecksumPacketSealer.CHECKSUM_BYTES;
        if (checked < PacketHeader.BYTES) {
            return INVALID;
        }
        crc.reset();
        crc.update(array, offset, checked);
        if ((int) ChecksumPacketSealer.CHECKSUM.get(array, offset + checked) != (int) crc.getValue()) {
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
