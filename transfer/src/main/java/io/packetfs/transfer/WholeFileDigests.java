package io.packetfs.transfer;

import io.packetfs.blob.Crc32c;
import io.packetfs.blob.Sha256;
import io.packetfs.blob.TreeSource;
import io.packetfs.transfer.record.ByteRange;
import io.packetfs.transfer.record.VerifyKind;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * The part of the files' digests that is not learned from the grams that are sent: the checksums of ranges that an earlier attempt
 * had sent, and SHA-256. {@link #run} is for the disk thread; all else for the agent's.
 */
final class WholeFileDigests {
    private final FileSet files;
    private final List<ByteRange> ranges;
    private final boolean withSha256;
    private final FileDigests digests;
    private final String[] sha256;
    private boolean done;

    WholeFileDigests(FileSet files, List<ByteRange> ranges, VerifyKind verify) {
        this.files = files;
        this.ranges = ranges;
        withSha256 = verify == VerifyKind.SHA256;
        digests = new FileDigests(files.layout());
        sha256 = new String[files.count()];
        Arrays.fill(sha256, "");
        done = ranges.isEmpty() && !withSha256;
    }

    /**
     * Reads the files.
     *
     * @throws io.packetfs.blob.SourceException if one cannot be read, or is not what it was
     */
    void run() {
        try (TreeSource source = new TreeSource(files.layout())) {
            for (ByteRange range : ranges) {
                digests.add(
                        range.offset(),
                        range.length(),
                        Crc32c.of(source, range.offset(), range.length()),
                        (offset, length) -> Crc32c.of(source, offset, length));
            }
            for (int file = 0; withSha256 && file < files.count(); file++) {
                byte[] digest = Sha256.of(
                        source, files.layout().startOf(file), files.layout().sizeBytesOf(file));
                sha256[file] = HexFormat.of().formatHex(digest);
            }
        }
    }

    /** What {@link #run} found may be used now. */
    void markDone() {
        done = true;
    }

    boolean isDone() {
        return done;
    }

    /** What the ranges add to a file's checksum. */
    int crc32c(int file) {
        return digests.crc32c(file);
    }

    /** In hexadecimal; empty if it was not asked for. */
    String sha256(int file) {
        return sha256[file];
    }
}
