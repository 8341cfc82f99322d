package io.packetfs.blob;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Files laid end to end in one address space, without gaps: file {@code i} occupies {@code startOf(i)} to {@code startOf(i + 1)}. Two
 * sides that list the same sizes in the same order agree on every offset, whatever their paths are.
 *
 * <p>Immutable; any thread may call.
 */
public final class FileLayout {
    private final List<Path> paths;
    private final long[] starts;

    /**
     * @param paths one for each file; kept, not copied, so that a caller may compute them
     * @param sizesBytes their sizes in the same order, 0 and more; together less than 2^63
     */
    public FileLayout(List<Path> paths, long[] sizesBytes) {
        if (paths.size() != sizesBytes.length) {
            throw new IllegalArgumentException(paths.size() + " paths with " + sizesBytes.length + " sizes");
        }
        this.paths = paths;
        starts = new long[sizesBytes.length + 1];
        for (int i = 0; i < sizesBytes.length; i++) {
            if (sizesBytes[i] < 0) {
                throw new IllegalArgumentException("size " + sizesBytes[i] + " of " + paths.get(i));
            }
            starts[i + 1] = Math.addExact(starts[i], sizesBytes[i]);
        }
    }

    /** The layout of a single file. */
    public static FileLayout of(Path path, long sizeBytes) {
        return new FileLayout(List.of(path), new long[] {sizeBytes});
    }

    public int fileCount() {
        return starts.length - 1;
    }

    /** The size of all files together. */
    public long sizeBytes() {
        return starts[starts.length - 1];
    }

    public Path path(int file) {
        return paths.get(file);
    }

    /** The offset of a file's first byte; for {@code fileCount()} the end of the address space. */
    public long startOf(int file) {
        return starts[file];
    }

    public long sizeBytesOf(int file) {
        return starts[file + 1] - starts[file];
    }

    /** The file that holds the byte at {@code offset}. */
    public int fileAt(long offset) {
        Objects.checkIndex(offset, sizeBytes());
        int low = 0;
        int high = fileCount() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (starts[middle] <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        // Of several files with one start all but the last are empty, so the last is the one that holds the byte.
        return low;
    }
}
