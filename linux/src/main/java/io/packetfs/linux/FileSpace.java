package io.packetfs.linux;

import java.nio.file.Path;

/** Room on disk: reserving it for a file before the file is written, and how much is left. Any thread may call. */
public interface FileSpace {
    /** What became of a reservation that did not fail. */
    enum Reservation {
        /** Writes within the reserved range cannot fail for lack of space. */
        RESERVED,
        /** This file system cannot reserve; nothing was changed. */
        UNSUPPORTED
    }

    /**
     * Reserves blocks for the first {@code lengthBytes} of an existing file and extends it to that size; content stays, and what was
     * not there reads as zero.
     *
     * @param lengthBytes at least 1
     * @throws SystemCallException if there is not enough room ({@link Errno#ENOSPC}, {@link Errno#EDQUOT}), or the file cannot be
     *     opened for writing
     */
    Reservation reserve(Path file, long lengthBytes);

    /**
     * The file system on which {@code path} lies.
     *
     * @param path something that exists
     * @throws SystemCallException if it cannot be asked
     */
    FileSystemSpace space(Path path);
}
