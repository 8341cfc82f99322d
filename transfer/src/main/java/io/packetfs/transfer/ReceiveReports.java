package io.packetfs.transfer;

import io.packetfs.transfer.FileReport.FileStatus;
import io.packetfs.transfer.manifest.Manifest;
import io.packetfs.transfer.manifest.ManifestEntry;
import io.packetfs.transfer.record.EntryStatus;
import io.packetfs.transfer.record.FileDigest;
import io.packetfs.transfer.record.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns what a receiver of files knows at the end into its report. */
final class ReceiveReports {
    private ReceiveReports() {}

    static TransferReport of(FileReceiveSession session, ReceptionResult result, Failure cause) {
        return new TransferReport(
                TransferReport.status(cause, result != null && result.outcome() == Outcome.PARTIAL),
                cause,
                session.deliveredBytes() + session.resumedBytes() + session.reusedBytes(),
                session.resumedBytes(),
                session.reusedBytes(),
                session.durationNs(),
                session.deliveredGrams(),
                session.deliveredDescriptors(),
                files(session.manifest(), result),
                session.stats(),
                session.peer());
    }

    private static List<FileReport> files(Manifest manifest, ReceptionResult result) {
        if (manifest == null) {
            return List.of();
        }
        Map<Integer, EntryStatus> statusOfEntry = new HashMap<>();
        if (result != null) {
            result.statuses().forEach(status -> statusOfEntry.put(status.entry(), status));
        }
        List<FileReport> reports = new ArrayList<>();
        for (int i = 0; i < manifest.entries().size(); i++) {
            ManifestEntry entry = manifest.entries().get(i);
            EntryStatus status = statusOfEntry.get(i);
            boolean failed = status != null && status.kind() == EntryStatus.Kind.FAILED;
            if (entry.isFile() || failed) {
                reports.add(report(i, entry, status, result));
            }
        }
        return reports;
    }

    private static FileReport report(int index, ManifestEntry entry, EntryStatus status, ReceptionResult result) {
        if (result == null) {
            return new FileReport(entry.path(), entry.sizeBytes(), null, FileStatus.FAILED, "");
        }
        FileDigest digest = result.digestOfEntry().get(index);
        String digestText = digest == null ? null : digest.text();
        String finalPath = result.finalPaths().apply(index);
        if (status == null) {
            // A file in a folder that got another name has one, too.
            FileStatus plain = finalPath.equals(entry.path()) ? FileStatus.OK : FileStatus.RENAMED;
            return new FileReport(finalPath, entry.sizeBytes(), digestText, plain, "");
        }
        return switch (status.kind()) {
            case SKIPPED -> new FileReport(entry.path(), entry.sizeBytes(), null, FileStatus.SKIPPED, status.text());
            case RENAMED -> new FileReport(finalPath, entry.sizeBytes(), digestText, FileStatus.RENAMED, "");
            case FAILED -> new FileReport(entry.path(), entry.sizeBytes(), null, FileStatus.FAILED, status.text());
        };
    }
}
