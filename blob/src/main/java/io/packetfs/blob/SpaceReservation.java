package io.packetfs.blob;

import io.packetfs.linux.Errno;
import io.packetfs.linux.FileSpace.Reservation;
import io.packetfs.linux.Linux;
import io.packetfs.linux.SystemCallException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Room for a file before its bytes come, so that a full disk is found at the start and not after an hour. */
final class SpaceReservation {
    private SpaceReservation() {}

    /**
     * Reserves room for {@code sizeBytes} and extends the file to that size. Where the platform or the file system cannot reserve, the
     * file is extended only.
     *
     * @param channel the open file, for extending it
     * @param sizeBytes at least 1
     * @return whether the room is reserved
     * @throws LandingException if there is not enough room; the file then has its former size
     */
    static boolean reserve(Path file, FileChannel channel, long sizeBytes) throws IOException {
        if (Linux.isAvailable() && reserveByKernel(file, channel, sizeBytes)) {
            return true;
        }
        if (channel.size() < sizeBytes) {
            channel.write(ByteBuffer.allocate(1), sizeBytes - 1);
        }
        return false;
    }

    private static boolean reserveByKernel(Path file, FileChannel channel, long sizeBytes) throws IOException {
        long formerBytes = channel.size();
        try {
            return Linux.fileSpace().reserve(file, sizeBytes) == Reservation.RESERVED;
        } catch (SystemCallException e) {
            // A reservation that failed half-way keeps what it got.
            channel.truncate(formerBytes);
            throw new LandingException(
                    "cannot reserve " + sizeBytes + " bytes for " + file + ": " + Errno.describe(e.errno())
                            + Reasons.freeSpace(file),
                    e);
        }
    }
}
