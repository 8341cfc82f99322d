package io.packetfs.transfer;

import io.packetfs.endpoint.ConnectionStats;
import io.packetfs.transfer.FileReport.FileStatus;
import java.util.HexFormat;
import java.util.List;

/** What both sides of a stream or a schedule say of it: it is one thing, whose length is known when it has ended. */
final class OpenEndedReports {
    private OpenEndedReports() {}

    /**
     * What came over.
     *
     * @param bytes that the receiver has, as far as this side knows
     * @param reusedBytes of those, what it had before
     */
    record Amounts(long bytes, long reusedBytes, long grams, long descriptors) {}

    static TransferProgress progress(TransferPhase phase, long bytes, ConnectionStats stats) {
        return TransferProgress.of(phase, bytes, -1, 1, stats);
    }

    /**
     * The one thing in a report.
     *
     * @param digest of all of it; not told if it did not come to its end
     * @param cause why not; null if it did
     */
    static FileReport thing(String name, long bytes, String digest, Failure cause) {
        return cause == null
                ? new FileReport(name, bytes, digest, FileStatus.OK, "")
                : new FileReport(name, bytes, null, FileStatus.FAILED, "");
    }

    static TransferReport of(TransferSession session, Failure cause, Amounts amounts, FileReport thing) {
        return new TransferReport(
                TransferReport.status(cause, false),
                cause,
                amounts.bytes(),
                0,
                amounts.reusedBytes(),
                session.durationNs(),
                amounts.grams(),
                amounts.descriptors(),
                List.of(thing),
                session.stats(),
                session.peer());
    }

    /** The sum of the digests of a schedule's grams. */
    static String sumText(long digestSum) {
        return "crc32c-sum:" + HexFormat.of().toHexDigits(digestSum);
    }
}
