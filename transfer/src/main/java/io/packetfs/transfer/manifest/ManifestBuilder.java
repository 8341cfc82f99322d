package io.packetfs.transfer.manifest;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Collects entries and holds them against the rules of MAN, for the side that makes a manifest and for the one that is told it. */
public final class ManifestBuilder {
    private final List<ManifestEntry> entries = new ArrayList<>();
    private final Map<String, EntryKind> kindOfPath = new HashMap<>();
    private long pathBytes;
    private long fileBytes;

    /**
     * Adds an entry.
     *
     * @return null, or what is wrong with it in words; it was not added then
     */
    public String add(ManifestEntry entry) {
        String fault = fault(entry);
        if (fault != null) {
            return fault;
        }
        entries.add(entry);
        kindOfPath.put(entry.path(), entry.kind());
        pathBytes += bytesOf(entry);
        fileBytes += entry.sizeBytes();
        return null;
    }

    public int entryCount() {
        return entries.size();
    }

    /** What was added so far; a view. */
    List<ManifestEntry> entries() {
        return Collections.unmodifiableList(entries);
    }

    public Manifest build() {
        return new Manifest(entries);
    }

    private String fault(ManifestEntry entry) {
        if (entries.size() >= ManifestLimits.ENTRIES_MAX) {
            return "more than " + ManifestLimits.ENTRIES_MAX + " entries";
        }
        String pathFault = PathRules.fault(entry.path());
        if (pathFault != null) {
            return "path '" + entry.path() + "' " + pathFault;
        }
        if (kindOfPath.containsKey(entry.path())) {
            return "path '" + entry.path() + "' comes twice";
        }
        String parent = entry.parent();
        if (!parent.isEmpty() && kindOfPath.get(parent) != EntryKind.DIRECTORY) {
            return "path '" + entry.path() + "' comes without its directory";
        }
        if (!entry.isFile() && (entry.sizeBytes() != 0 || entry.executable())) {
            return "path '" + entry.path() + "' is no file and has a file's attributes";
        }
        if (entry.kind() != EntryKind.LINK && !entry.target().isEmpty()) {
            return "path '" + entry.path() + "' is no link and has a target";
        }
        if (entry.kind() == EntryKind.LINK) {
            String targetFault = PathRules.targetFault(entry.path(), entry.target());
            if (targetFault != null) {
                return "target of link '" + entry.path() + "' " + targetFault;
            }
        }
        if (pathBytes + bytesOf(entry) > ManifestLimits.PATH_BYTES_TOTAL_MAX) {
            return "more than " + ManifestLimits.PATH_BYTES_TOTAL_MAX + " bytes of paths";
        }
        if (entry.sizeBytes() > ManifestLimits.FILE_BYTES_TOTAL_MAX - fileBytes) {
            return "more than " + ManifestLimits.FILE_BYTES_TOTAL_MAX + " bytes of files";
        }
        return null;
    }

    private static long bytesOf(ManifestEntry entry) {
        return (long) entry.path().getBytes(StandardCharsets.UTF_8).length
                + entry.target().getBytes(StandardCharsets.UTF_8).length;
    }
}
