package io.packetfs.transfer;

import io.packetfs.blob.FileLayout;
import io.packetfs.transfer.manifest.Manifest;
import io.packetfs.transfer.manifest.ManifestEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** The files that a transfer moves, and its address space: they lie in it end to end, in the manifest's order (spec: MAN-6). Immutable. */
final class FileSet {
    private final Manifest manifest;
    private final int[] entryOfFile;
    private final FileLayout layout;

    private FileSet(Manifest manifest, int[] entryOfFile, FileLayout layout) {
        this.manifest = manifest;
        this.entryOfFile = entryOfFile;
        this.layout = layout;
    }

    /**
     * All files of a manifest but those that are skipped.
     *
     * @param pathOfEntry where the file of an entry lies on this side
     */
    static FileSet of(Manifest manifest, BitSet skippedEntries, IntFunction<Path> pathOfEntry) {
        List<ManifestEntry> entries = manifest.entries();
        int[] entryOfFile = IntStream.range(0, entries.size())
                .filter(i -> entries.get(i).isFile() && !skippedEntries.get(i))
                .toArray();
        List<Path> paths = new ArrayList<>(entryOfFile.length);
        long[] sizes = new long[entryOfFile.length];
        for (int file = 0; file < entryOfFile.length; file++) {
            paths.add(pathOfEntry.apply(entryOfFile[file]));
            sizes[file] = entries.get(entryOfFile[file]).sizeBytes();
        }
        return new FileSet(manifest, entryOfFile, new FileLayout(paths, sizes));
    }

    int count() {
        return entryOfFile.length;
    }

    /** Bytes of the address space. */
    long bytes() {
        return layout.sizeBytes();
    }

    FileLayout layout() {
        return layout;
    }

    /** The number of a file's entry in the manifest. */
    int entryIndex(int file) {
        return entryOfFile[file];
    }

    /** The number of the file that an entry is, or -1 if it is none or was skipped. */
    int fileOfEntry(int entry) {
        return Math.max(-1, Arrays.binarySearch(entryOfFile, entry));
    }

    ManifestEntry entry(int file) {
        return manifest.entries().get(entryOfFile[file]);
    }
}
