package io.packetfs.transfer;

/**
 * What became of one file.
 *
 * @param path relative to the transfer, as the receiver named it in the end
 * @param digest such as {@code crc32c:0011aabb}; null when it is not known
 * @param note why it was skipped or failed; empty otherwise
 */
public record FileReport(String path, long bytes, String digest, FileStatus status, String note) {
    public enum FileStatus {
        OK,
        SKIPPED,
        RENAMED,
        FAILED
    }
}
