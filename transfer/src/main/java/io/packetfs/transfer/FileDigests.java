package io.packetfs.transfer;

import io.packetfs.blob.Crc32c;
import io.packetfs.blob.FileLayout;

/**
 * The CRC32C of every file of a transfer, put together from pieces that come in any order: the checksum of a whole is the exclusive or
 * of its pieces' checksums, each moved past the bytes behind it. Used by one thread at a time.
 */
final class FileDigests {
    private final FileLayout layout;
    private final int[] crc32c;

    FileDigests(FileLayout layout) {
        this.layout = layout;
        crc32c = new int[layout.fileCount()];
    }

    /** Digests a piece of one file. */
    @FunctionalInterface
    interface PieceDigest {
        int crc32c(long offset, long length);
    }

    /**
     * Counts in a range of the address space; each byte is to be counted in once.
     *
     * @param rangeCrc32c the range's checksum, which is also its piece's when the range lies in one file
     * @param pieceDigest asked for the checksums of the pieces of a range that lies in several
     */
    void add(long offset, long length, int rangeCrc32c, PieceDigest pieceDigest) {
        long end = offset + length;
        int file = layout.fileAt(offset);
        if (end <= layout.startOf(file + 1)) {
            addPiece(file, end, rangeCrc32c);
            return;
        }
        long position = offset;
        while (position < end) {
            long pieceEnd = Math.min(end, layout.startOf(file + 1));
            if (pieceEnd > position) {
                addPiece(file, pieceEnd, pieceDigest.crc32c(position, pieceEnd - position));
            }
            position = pieceEnd;
            file++;
        }
    }

    /** Counts in what another one has counted in, of other bytes of the same files. */
    void merge(FileDigests other) {
        for (int file = 0; file < crc32c.length; file++) {
            crc32c[file] ^= other.crc32c[file];
        }
    }

    /** The CRC32C of a file all of whose bytes were counted in. */
    int crc32c(int file) {
        return crc32c[file];
    }

    private void addPiece(int file, long pieceEnd, int pieceCrc32c) {
        crc32c[file] ^= Crc32c.combine(pieceCrc32c, 0, layout.startOf(file + 1) - pieceEnd);
    }
}
