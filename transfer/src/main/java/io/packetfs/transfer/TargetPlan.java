package io.packetfs.transfer;

import io.packetfs.transfer.manifest.EntryKind;
import io.packetfs.transfer.manifest.Manifest;
import io.packetfs.transfer.manifest.ManifestEntry;
import io.packetfs.transfer.record.ResultCode;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where the entries of a transfer are to lie in the end, and which are not wanted because of what lies there already. Looks at the
 * folder and changes nothing.
 */
final class TargetPlan {
    /** How a top entry gets its final name. */
    enum Placement {
        /** Nothing is there, or another name is taken: one rename. */
        NEW,
        /** A file takes the place of a file. */
        REPLACE,
        /** A directory's entries are put into a directory that is there. */
        MERGE,
        /** Not wanted, with all below it. */
        SKIP
    }

    private final Path folder;
    private final OnExists onExists;
    private final Map<String, Placement> placementOfTop = new LinkedHashMap<>();
    private final BitSet skippedEntries = new BitSet();
    private long wantedBytes;

    private TargetPlan(Path folder, OnExists onExists) {
        this.folder = folder;
        this.onExists = onExists;
    }

    /** Plans for a folder that exists. */
    static TargetPlan of(Path folder, Manifest manifest, OnExists onExists) throws RefusedException {
        TargetPlan plan = new TargetPlan(folder, onExists);
        for (int i = 0; i < manifest.entries().size(); i++) {
            plan.visit(i, manifest.entries().get(i));
        }
        return plan;
    }

    /** The names at the top of the transfer, in the manifest's order. */
    Map<String, Placement> placements() {
        return placementOfTop;
    }

    boolean isSkipped(int entry) {
        return skippedEntries.get(entry);
    }

    BitSet skippedEntries() {
        return (BitSet) skippedEntries.clone();
    }

    long wantedBytes() {
        return wantedBytes;
    }

    private void visit(int index, ManifestEntry entry) throws RefusedException {
        Path target = resolve(entry);
        String top = entry.top();
        Placement placement = placementOfTop.get(top);
        if (placement == null) {
            placement = placementOfTop(entry, target);
            placementOfTop.put(top, placement);
        }
        boolean skipped = placement == Placement.SKIP
                || (placement == Placement.MERGE && !entry.parent().isEmpty() && isKept(entry, target));
        if (skipped) {
            skippedEntries.set(index);
        } else {
            wantedBytes += entry.sizeBytes();
        }
    }

    private Path resolve(ManifestEntry entry) throws RefusedException {
        try {
            return folder.resolve(entry.path());
        } catch (InvalidPathException e) {
            throw new RefusedException(
                    ResultCode.LOCAL_IO, "'" + entry.path() + "' cannot be a name here; a UTF-8 locale may help");
        }
    }

    private Placement placementOfTop(ManifestEntry entry, Path target) throws RefusedException {
        if (!exists(target) || onExists == OnExists.RENAME) {
            return Placement.NEW;
        }
        boolean directory = Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS);
        if (entry.kind() == EntryKind.DIRECTORY && directory) {
            return Placement.MERGE;
        }
        if (onExists == OnExists.SKIP) {
            return Placement.SKIP;
        }
        if (entry.isFile() && !directory) {
            return Placement.REPLACE;
        }
        throw conflict(target);
    }

    /** Whether what is there already stays, below a directory that is merged into. */
    private boolean isKept(ManifestEntry entry, Path target) throws RefusedException {
        if (isBelowSomethingKept(target)) {
            return true;
        }
        if (!exists(target)) {
            return false;
        }
        boolean directory = Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS);
        if (entry.kind() == EntryKind.DIRECTORY && directory) {
            return false;
        }
        if (onExists == OnExists.SKIP) {
            return true;
        }
        if (entry.kind() == EntryKind.DIRECTORY || directory) {
            throw conflict(target);
        }
        return false;
    }

    /** Something that is no directory, or a link, is in the place of one of the directories above. */
    private boolean isBelowSomethingKept(Path target) {
        for (Path above = target.getParent(); !above.equals(folder); above = above.getParent()) {
            if (exists(above) && !Files.isDirectory(above, LinkOption.NOFOLLOW_LINKS)) {
                return true;
            }
        }
        return false;
    }

    private RefusedException conflict(Path target) {
        return new RefusedException(
                ResultCode.TARGET_EXISTS,
                "'" + folder.relativize(target)
                        + "' is there already and is of another kind than what would replace it");
    }

    private static boolean exists(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }
}
