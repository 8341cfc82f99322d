package io.packetfs.protocol.crypto;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** The sum that ends a packet in check-summed mode (spec: PRT-6). By one thread at a time. */
final class PacketChecksum {
    static final int BYTES = 4;

    /** The JDK folds so many bytes at a time, and takes nearly as long for those that are left behind them as for all before. */
    private static final int BLOCK_BYTES = 256;

    private static final VarHandle FIELD = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final CRC32C crc = new CRC32C();

    /** Computes the sum of {@code length} bytes of {@code array}. */
    int of(byte[] array, int offset, int length) {
        // What makes no whole block goes first: a packet's end has just been written, and loads that span such stores
        // wait for them.
        int odd = length % BLOCK_BYTES;
        crc.reset();
        crc.update(array, offset, odd);
        crc.update(array, offset + odd, length - odd);
        return (int) crc.getValue();
    }

    static int read(byte[] array, int offset) {
        return (int) FIELD.get(array, offset);
    }

    static void write(byte[] array, int offset, int checksum) {
        FIELD.set(array, offset, checksum);
    }
}
