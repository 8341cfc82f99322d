package io.packetfs.transfer;

import io.packetfs.transfer.TargetPlan.Placement;
import io.packetfs.transfer.manifest.EntryKind;
import io.packetfs.transfer.manifest.Manifest;
import io.packetfs.transfer.manifest.ManifestEntry;
import io.packetfs.transfer.record.EntryStatus;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The receiver's files while they are being written: under temporary names beside their final ones, so that nothing half-written
 * ever bears a final name (spec: FLO-7). Used by one thread at a time; every method may block on the disk.
 *
 * <p>Order of calls: {@link #create}, then {@link #fail} for what did not come whole, then {@link #commit}; or {@link #discard} at any
 * time.
 */
final class Staging {
    private final Path folder;
    private final Manifest manifest;
    private final TargetPlan plan;
    private final OnExists onExists;
    private final String key;
    private final Map<String, List<Integer>> entriesOfTop = new LinkedHashMap<>();
    private final Map<Integer, EntryStatus> statuses = new TreeMap<>();
    private final Map<String, String> finalTops = new TreeMap<>();

    /**
     * Of entries that were planned for.
     *
     * @param key makes the temporary names unlike those of other transfers
     */
    Staging(Path folder, Manifest manifest, TargetPlan plan, OnExists onExists, String key) {
        this.folder = folder;
        this.manifest = manifest;
        this.plan = plan;
        this.onExists = onExists;
        this.key = key;
        for (int i = 0; i < manifest.entries().size(); i++) {
            entriesOfTop
                    .computeIfAbsent(manifest.entries().get(i).top(), top -> new ArrayList<>())
                    .add(i);
            if (plan.isSkipped(i)) {
                statuses.put(i, new EntryStatus(i, EntryStatus.Kind.SKIPPED, "it is there already"));
            }
        }
    }

    /** Makes the directories that the temporary files lie in. */
    void create() throws IOException {
        for (int i = 0; i < manifest.entries().size(); i++) {
            if (manifest.entries().get(i).kind() == EntryKind.DIRECTORY && !plan.isSkipped(i)) {
                Files.createDirectories(staged(manifest.entries().get(i)));
            }
        }
    }

    /** Where an entry lies until it is committed. */
    Path staged(int entry) {
        return staged(manifest.entries().get(entry));
    }

    /** Notes that a file did not come whole: its temporary file goes, and it gets no final name. */
    void fail(int entry, String reason) {
        statuses.put(entry, new EntryStatus(entry, EntryStatus.Kind.FAILED, reason));
        try {
            Files.deleteIfExists(staged(manifest.entries().get(entry)));
        } catch (IOException e) {
            // It goes with the rest of the staging folder, or is named when that fails.
            return;
        }
    }

    /** Gives everything its final name. What could not be placed is among the statuses as failed. */
    void commit() {
        for (int i = 0; i < manifest.entries().size(); i++) {
            if (isAlive(i)) {
                finish(i, manifest.entries().get(i));
            }
        }
        plan.placements().forEach(this::place);
        for (int i = manifest.entries().size() - 1; i >= 0; i--) {
            if (isAlive(i) && manifest.entries().get(i).kind() == EntryKind.DIRECTORY) {
                finishMergedDirectory(manifest.entries().get(i));
            }
        }
    }

    /** Removes every temporary file and folder. */
    void discard() {
        plan.placements().forEach((top, placement) -> {
            if (placement != Placement.SKIP) {
                FileActions.deleteTree(stagedTop(top));
            }
        });
    }

    /** What is to be said of entries that were not simply written. */
    List<EntryStatus> statuses() {
        return new ArrayList<>(statuses.values());
    }

    /** The path that an entry has in the end, relative to the folder. */
    String finalPath(int entry) {
        ManifestEntry it = manifest.entries().get(entry);
        String finalTop = finalTops.getOrDefault(it.top(), it.top());
        return finalTop + it.path().substring(it.top().length());
    }

    private boolean isAlive(int entry) {
        EntryStatus status = statuses.get(entry);
        return status == null || status.kind() == EntryStatus.Kind.RENAMED;
    }

    private Path stagedTop(String top) {
        return folder.resolve(TargetNames.temporary(top, key));
    }

    private Path staged(ManifestEntry entry) {
        return entry.parent().isEmpty()
                ? stagedTop(entry.top())
                : stagedTop(entry.top())
                        .resolve(entry.path().substring(entry.top().length() + 1));
    }

    /** Gives a staged entry the attributes it is to have. */
    private void finish(int index, ManifestEntry entry) {
        Path path = staged(entry);
        try {
            switch (entry.kind()) {
                case FILE -> {
                    if (entry.executable()) {
                        FileActions.makeExecutable(path);
                    }
                    FileActions.setModifiedTime(path, entry);
                }
                case LINK -> Files.createSymbolicLink(path, path.getFileSystem().getPath(entry.target()));
                case DIRECTORY -> {
                    // Its time is set when nothing is put into it any more.
                }
            }
        } catch (IOException e) {
            statuses.put(index, failed(index, e));
        }
    }

    private void place(String top, Placement placement) {
        if (placement == Placement.SKIP) {
            return;
        }
        // A parent comes before what it holds, so the first is the top itself.
        int index = entriesOfTop.get(top).getFirst();
        if (!isAlive(index)) {
            return;
        }
        ManifestEntry entry = manifest.entries().get(index);
        try {
            if (placement == Placement.MERGE) {
                merge(top);
                return;
            }
            if (entry.kind() == EntryKind.DIRECTORY) {
                setDirectoryTimes(top);
            }
            if (placement == Placement.REPLACE) {
                Files.move(stagedTop(top), folder.resolve(top), StandardCopyOption.ATOMIC_MOVE);
            } else {
                moveToNewName(index, top);
            }
        } catch (IOException e) {
            statuses.put(index, failed(index, e));
        }
    }

    private void moveToNewName(int index, String top) throws IOException {
        while (true) {
            Path target = onExists == OnExists.RENAME ? TargetNames.free(folder, top) : folder.resolve(top);
            try {
                Files.move(stagedTop(top), target);
            } catch (FileAlreadyExistsException e) {
                if (onExists == OnExists.RENAME) {
                    continue;
                }
                throw e;
            }
            String name = target.getFileName().toString();
            if (!name.equals(top)) {
                finalTops.put(top, name);
                statuses.put(index, new EntryStatus(index, EntryStatus.Kind.RENAMED, name));
            }
            return;
        }
    }

    /** Moves a staged directory's entries one by one into the directory that is there. */
    private void merge(String top) {
        for (int i : entriesOfTop.get(top)) {
            ManifestEntry entry = manifest.entries().get(i);
            if (!isAlive(i)) {
                continue;
            }
            Path target = folder.resolve(entry.path());
            try {
                if (entry.kind() == EntryKind.DIRECTORY) {
                    if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
                        Files.createDirectory(target);
                    }
                } else if (onExists == OnExists.SKIP) {
                    Files.move(staged(entry), target);
                } else {
                    Files.move(staged(entry), target, StandardCopyOption.ATOMIC_MOVE);
                }
            } catch (FileAlreadyExistsException e) {
                statuses.put(i, new EntryStatus(i, EntryStatus.Kind.SKIPPED, "it is there already"));
            } catch (IOException e) {
                statuses.put(i, failed(i, e));
            }
        }
        FileActions.deleteTree(stagedTop(top));
    }

    private void setDirectoryTimes(String top) throws IOException {
        for (int i : entriesOfTop.get(top).reversed()) {
            ManifestEntry entry = manifest.entries().get(i);
            if (entry.kind() == EntryKind.DIRECTORY && isAlive(i)) {
                FileActions.setModifiedTime(staged(entry), entry);
            }
        }
    }

    private void finishMergedDirectory(ManifestEntry entry) {
        if (plan.placements().get(entry.top()) != Placement.MERGE) {
            return;
        }
        try {
            FileActions.setModifiedTime(folder.resolve(entry.path()), entry);
        } catch (IOException e) {
            // A directory that was there may belong to somebody else; its time is no part of what was sent.
            return;
        }
    }

    private static EntryStatus failed(int index, IOException e) {
        return new EntryStatus(index, EntryStatus.Kind.FAILED, String.valueOf(e.getMessage()));
    }
}
