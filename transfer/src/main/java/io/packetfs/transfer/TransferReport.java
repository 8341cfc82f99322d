package io.packetfs.transfer;

import io.packetfs.endpoint.ConnectionStats;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * How a transfer went, from the view of one side.
 *
 * @param failure null if the status is OK
 * @param bytes of files or of the stream that are in place at the receiver, as far as this side knows
 * @param resumedBytes of those, what an earlier attempt had brought
 * @param reusedBytes of those, what older content of the receiver had
 * @param durationNs from the first record to the result, in nanoseconds
 * @param gramCount bulk or stream grams delivered, or acknowledged at the sender
 * @param stats the connection's last counters; null if there was no connection
 * @param peer null if there was no connection
 */
public record TransferReport(
        TransferStatus status,
        Failure failure,
        long bytes,
        long resumedBytes,
        long reusedBytes,
        long durationNs,
        long gramCount,
        long descriptorCount,
        List<FileReport> files,
        ConnectionStats stats,
        InetSocketAddress peer) {
    /** Of a transfer that knows no base. */
    public TransferReport(
            TransferStatus status,
            Failure failure,
            long bytes,
            long resumedBytes,
            long durationNs,
            long gramCount,
            long descriptorCount,
            List<FileReport> files,
            ConnectionStats stats,
            InetSocketAddress peer) {
        this(status, failure, bytes, resumedBytes, 0, durationNs, gramCount, descriptorCount, files, stats, peer);
    }

    /** The status that goes with a failure, or with none. */
    static TransferStatus status(Failure failure, boolean someFilesCame) {
        if (failure == null) {
            return TransferStatus.OK;
        }
        if (failure.kind() == FailureKind.INTERRUPTED) {
            return TransferStatus.INTERRUPTED;
        }
        return someFilesCame ? TransferStatus.PARTIAL : TransferStatus.FAILED;
    }
}
