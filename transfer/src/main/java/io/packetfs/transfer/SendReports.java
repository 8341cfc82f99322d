package io.packetfs.transfer;

import io.packetfs.transfer.FileReport.FileStatus;
import io.packetfs.transfer.manifest.ManifestEntry;
import io.packetfs.transfer.manifest.SourceTree;
import io.packetfs.transfer.record.EntryStatus;
import io.packetfs.transfer.record.Outcome;
import io.packetfs.transfer.record.TransferRecord.Result;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns what a sender of files knows at the end into its report. */
final class SendReports {
    private SendReports() {}

    /** Why the transfer is not a full success although the receiver gave a result; null if it is. */
    static Failure failure(FileSendSession session) {
        Result result = session.result();
        if (result.outcome() == Outcome.FAILED) {
            return ResultCodes.failureOfResult(result.code(), result.message());
        }
        if (result.outcome() == Outcome.PARTIAL) {
            return Failure.of(FailureKind.LOCAL_IO, "the receiver reports: " + Texts.printable(result.message()));
        }
        List<SourceTree.LeftOut> failed = session.tree().leftOut().stream()
                .filter(SourceTree.LeftOut::failed)
                .toList();
        if (failed.isEmpty()) {
            return null;
        }
        SourceTree.LeftOut first = failed.getFirst();
        return Failure.of(
                FailureKind.LOCAL_IO,
                failed.size() + " files could not be sent, such as " + Texts.printable(first.path()) + ": "
                        + Texts.printable(first.reason()));
    }

    static TransferReport of(FileSendSession session, Failure cause) {
        Result result = session.result();
        return new TransferReport(
                TransferReport.status(cause, result != null && result.outcome() != Outcome.FAILED),
                cause,
                result == null ? session.movedBytes() + session.resumedBytes() + session.reusedBytes() : result.bytes(),
                session.resumedBytes(),
                session.reusedBytes(),
                session.durationNs(),
                session.acknowledgedGrams(),
                session.acknowledgedDescriptors(),
                files(session),
                session.stats(),
                session.peer());
    }

    private static List<FileReport> files(FileSendSession session) {
        Map<Integer, EntryStatus> statusOfEntry = new HashMap<>();
        session.statuses().forEach(status -> statusOfEntry.put(status.entry(), status));
        List<FileReport> reports = new ArrayList<>();
        List<ManifestEntry> entries = session.tree().manifest().entries();
        for (int i = 0; i < entries.size(); i++) {
            EntryStatus status = statusOfEntry.get(i);
            if (entries.get(i).isFile() || status != null) {
                reports.add(report(session, i, entries.get(i), status));
            }
        }
        for (SourceTree.LeftOut each : session.tree().leftOut()) {
            FileStatus status = each.failed() ? FileStatus.FAILED : FileStatus.SKIPPED;
            reports.add(new FileReport(each.path(), 0, null, status, each.reason()));
        }
        return reports;
    }

    private static FileReport report(FileSendSession session, int index, ManifestEntry entry, EntryStatus status) {
        if (session.skippedEntries().get(index)) {
            return new FileReport(entry.path(), entry.sizeBytes(), null, FileStatus.SKIPPED, "it is there already");
        }
        String digest = session.digestText(index);
        if (status == null) {
            FileStatus plain = session.result() == null ? FileStatus.FAILED : FileStatus.OK;
            return new FileReport(entry.path(), entry.sizeBytes(), digest, plain, "");
        }
        FileStatus told = switch (status.kind()) {
            case SKIPPED -> FileStatus.SKIPPED;
            case RENAMED -> FileStatus.RENAMED;
            case FAILED -> FileStatus.FAILED;
        };
        return new FileReport(entry.path(), entry.sizeBytes(), digest, told, Texts.printable(status.text()));
    }
}
