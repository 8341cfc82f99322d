package io.packetfs.protocol.crypto;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** Ends packets in a check sum, for closed links and comparisons (spec: PRT-6). Hides nothing and proves nothing. */
public final class ChecksumPacketSealer implements PacketSealer {
    static final int CHECKSUM_BYTES = 4;

    static final VarHandle CHECKSUM = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final CRC32C crc = new CRC32C();

    @Override
    public int overheadBytes() {
        return CHECKSUM_BYTES;
    }

    @Override
    public void seal(byte[] array, int offset, int length, long packetNumber) {
        crc.reset();
        crc.update(array, offset, length);
        CHECKSUM.set(array, offset + length, (int) crc.getValue());
    }
}
