package io.packetfs.transfer;

import io.packetfs.blob.chunk.ChunkTagger;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Indexes of what is likely to be the base of the next transfer, made one after another while none is there. Any thread may call. Limit:
 * {@link #BASES_MAX} bases.
 */
final class BasesAhead {
    /** A guess costs no more than a few seconds of reading; where there is more, a transfer takes so long that they matter little. */
    static final long BYTES_MAX = 4L << 30;

    static final int BASES_MAX = 32;

    private List<BaseIndex> indexes = List.of();

    private record Dated(Path path, FileTime modified) {}

    /** What lies in a folder, the last modified first; as many as are looked at. Nothing if it cannot be listed. */
    static List<Path> newestIn(Path folder) {
        List<Dated> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (TargetNames.isTemporary(entry.getFileName().toString())) {
                    continue;
                }
                BasicFileAttributes attributes =
                        Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                found.add(new Dated(entry, attributes.lastModifiedTime()));
            }
        } catch (IOException e) {
            // What cannot be listed or vanishes meanwhile is read when a transfer needs it.
            return List.of();
        }
        return found.stream()
                .sorted(Comparator.comparing(Dated::modified).reversed())
                .limit(BASES_MAX)
                .map(Dated::path)
                .toList();
    }

    /**
     * Begins; what was read before, and is as it was, is kept. Blocks while it looks at names and sizes.
     *
     * @param bytesMax of all together: what is larger than what is left of it is passed over
     */
    void read(List<Path> roots, long bytesMax, Workers workers) {
        List<BaseFiles> likely = new ArrayList<>();
        long bytes = 0;
        for (Path root : roots) {
            BaseFiles files = BaseFiles.under(root);
            long sizeBytes = files.layout().sizeBytes();
            if (sizeBytes > 0 && sizeBytes <= bytesMax - bytes) {
                likely.add(files);
                bytes += sizeBytes;
            }
        }
        List<BaseIndex> next = likely.stream().map(this::present).toList();
        synchronized (this) {
            indexes = next;
        }
        if (!next.isEmpty()) {
            ChunkTagger.warmUp();
        }
        make(next, 0, workers);
    }

    /** The index of these files; no other is made to its end. */
    synchronized BaseIndex indexOf(BaseFiles files) {
        BaseIndex index = present(files);
        indexes.stream().filter(other -> other != index).forEach(BaseIndex::stop);
        return index;
    }

    /** None is made to its end. */
    synchronized void stop() {
        indexes.forEach(BaseIndex::stop);
    }

    private synchronized BaseIndex present(BaseFiles files) {
        return indexes.stream().filter(index -> index.serves(files)).findFirst().orElseGet(() -> new BaseIndex(files));
    }

    /** One after another, each by all helpers. One that was stopped takes no time. */
    private static void make(List<BaseIndex> indexes, int next, Workers workers) {
        if (next < indexes.size()) {
            indexes.get(next).make(workers.helpers(), workers.helperCount());
            indexes.get(next).whenMade(() -> make(indexes, next + 1, workers));
        }
    }
}
