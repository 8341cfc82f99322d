package io.packetfs.transfer;

import io.packetfs.transfer.record.EntryStatus;
import io.packetfs.transfer.record.FileDigest;
import io.packetfs.transfer.record.Outcome;
import io.packetfs.transfer.record.ResultCode;
import io.packetfs.transfer.record.TransferRecord.Result;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * What became of a transfer of files at the receiver.
 *
 * @param failure null if every file is in place, or was skipped on purpose
 * @param finalPaths the name that each entry has in the end
 */
record ReceptionResult(
        Outcome outcome,
        ResultCode code,
        Failure failure,
        int okCount,
        int skippedCount,
        int failedCount,
        List<EntryStatus> statuses,
        Map<Integer, FileDigest> digestOfEntry,
        IntFunction<String> finalPaths) {

    static ReceptionResult of(Staging staging, FileSet files, Map<Integer, FileDigest> digestOfEntry, boolean intact) {
        List<EntryStatus> statuses = staging.statuses();
        int skipped = count(statuses, EntryStatus.Kind.SKIPPED);
        int failed = count(statuses, EntryStatus.Kind.FAILED);
        int ok = Math.max(0, files.count() - failed);
        if (failed == 0) {
            return new ReceptionResult(
                    Outcome.OK, ResultCode.NONE, null, ok, skipped, 0, statuses, digestOfEntry, staging::finalPath);
        }
        String first = statuses.stream()
                .filter(status -> status.kind() == EntryStatus.Kind.FAILED)
                .findFirst()
                .orElseThrow()
                .text();
        // Wrong bytes are worse news than a file that could not be placed, so they name the whole transfer.
        Outcome outcome = intact && ok > 0 ? Outcome.PARTIAL : Outcome.FAILED;
        Failure failure = Failure.of(
                intact ? FailureKind.LOCAL_IO : FailureKind.INTEGRITY,
                failed == 1 ? first : failed + " entries failed, the first: " + first);
        return new ReceptionResult(
                outcome,
                intact ? ResultCode.LOCAL_IO : ResultCode.INTEGRITY,
                failure,
                ok,
                skipped,
                failed,
                statuses,
                digestOfEntry,
                staging::finalPath);
    }

    Result toRecord(long bytes, long durationNs) {
        String message = failure == null ? "" : failure.message();
        return new Result(outcome, code, okCount, skippedCount, failedCount, bytes, durationNs, message);
    }

    private static int count(List<EntryStatus> statuses, EntryStatus.Kind kind) {
        return (int) statuses.stream().filter(status -> status.kind() == kind).count();
    }
}
