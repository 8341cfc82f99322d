package io.packetfs.blob.chunk;

import io.packetfs.blob.FileLayout;
import io.packetfs.blob.SourceException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * Cuts files into chunks, on several threads if there are some, and hands on what it finds in order. Every extent is cut for itself.
 *
 * <p>A long extent is cut in parts at once. Each part but the first begins at a place that need not be the beginning of a chunk; but where
 * a chunk begins says alone where it ends, so as soon as both have one beginning in common the rest is common, too. What is found is
 * the same with any number of threads.
 *
 * <p>One thread at a time calls. Limits: a part per thread under way.
 */
public final class ChunkScan implements AutoCloseable {
    /** A part is cut by one thread. Long enough that the few chunks cut twice where parts meet are nothing. */
    static final long PART_BYTES = 16 << 20;

    private final FileLayout layout;
    private final ChunkSizes sizes;
    private final byte[] key;
    private final Executor executor;
    private final int threads;
    private final Iterator<Part> parts;
    private final ArrayDeque<Part> ahead = new ArrayDeque<>();
    private final ArrayDeque<ChunkRun> found = new ArrayDeque<>();
    private final List<ExtentCutter> idle = new ArrayList<>();
    private Extent extent;
    private long position;
    private long recutCount;

    private record Part(Extent extent, long from, long to, CompletableFuture<ChunkRun> run) {}

    /** A scan on the thread that calls. */
    public ChunkScan(FileLayout layout, Iterable<Extent> extents, ChunkSizes sizes, byte[] key) {
        this(layout, extents, sizes, key, Runnable::run, 1);
    }

    /**
     * A scan on several threads.
     *
     * @param extents to cut, each within one file
     * @param key to tag chunks with; null for no tags
     * @param executor of at least as many threads; not used for one, which is the caller's
     */
    public ChunkScan(
            FileLayout layout, Iterable<Extent> extents, ChunkSizes sizes, byte[] key, Executor executor, int threads) {
        this.layout = layout;
        this.sizes = sizes;
        this.key = key == null ? null : key.clone();
        if (key != null) {
            ChunkTagger.warmUp();
        }
        this.executor = threads == 1 ? Runnable::run : executor;
        this.threads = threads;
        parts = parts(extents.iterator());
    }

    /** All bytes of a layout, file by file. */
    public static List<Extent> all(FileLayout layout) {
        List<Extent> extents = new ArrayList<>();
        for (int file = 0; file < layout.fileCount(); file++) {
            if (layout.sizeBytesOf(file) > 0) {
                extents.add(new Extent(layout.startOf(file), layout.sizeBytesOf(file)));
            }
        }
        return extents;
    }

    /**
     * The next chunks, each once and in order: one or more of one extent. Null when there are no more.
     *
     * @throws io.packetfs.blob.SourceException if a file cannot be read, or is not what it was; the rest of its extent is left out then, and
     *     the scan may go on. Files that lie in one block of a {@link io.packetfs.blob.TreeSource} are read together
     */
    public ChunkRun next() {
        while (found.isEmpty()) {
            while (ahead.size() < threads && parts.hasNext()) {
                ahead.add(begin(parts.next()));
            }
            Part part = ahead.poll();
            if (part == null) {
                return null;
            }
            if (!part.extent().equals(extent)) {
                extent = part.extent();
                position = extent.offset();
            }
            if (position < part.to()) {
                join(part);
            }
        }
        return found.poll();
    }

    /** Chunks that were cut twice where parts meet. */
    long recutCount() {
        return recutCount;
    }

    /** Waits for what is under way, and closes the files. */
    @Override
    public void close() {
        // Nobody is left behind with a file that is going to be closed.
        ahead.forEach(part -> part.run().exceptionally(lost -> null).join());
        ahead.clear();
        idle.forEach(ExtentCutter::close);
        idle.clear();
    }

    private Part begin(Part part) {
        // Alone, one knows where the part before has ended.
        long from = threads == 1 && part.extent().equals(extent) ? position : part.from();
        executor.execute(() -> {
            try {
                part.run().complete(cut(from, part.to(), part.extent().end()));
            } catch (RuntimeException e) {
                part.run().completeExceptionally(e);
            }
        });
        return part;
    }

    private ChunkRun cut(long from, long to, long end) {
        ExtentCutter cutter = takeCutter();
        try {
            return cutter.cut(from, to, end);
        } finally {
            giveBack(cutter);
        }
    }

    private synchronized ExtentCutter takeCutter() {
        return idle.isEmpty() ? new ExtentCutter(layout, sizes, key) : idle.removeLast();
    }

    private synchronized void giveBack(ExtentCutter cutter) {
        idle.add(cutter);
    }

    /** Takes the chunks of a part from where the part before has ended. */
    private void join(Part part) {
        try {
            ChunkRun run = await(part);
            int chunk = run.chunkAt(position);
            while (chunk < 0 && position < part.to()) {
                take(cut(position, position + 1, part.extent().end()));
                recutCount++;
                chunk = run.chunkAt(position);
            }
            if (chunk >= 0) {
                take(run.from(chunk));
            }
        } catch (SourceException e) {
            position = part.extent().end();
            throw e;
        }
    }

    private void take(ChunkRun run) {
        found.add(run);
        position = run.end();
    }

    private static ChunkRun await(Part part) {
        try {
            return part.run().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private static Iterator<Part> parts(Iterator<Extent> extents) {
        return new Iterator<>() {
            private Extent extent;
            private long position;

            @Override
            public boolean hasNext() {
                return (extent != null && position < extent.end()) || extents.hasNext();
            }

            @Override
            public Part next() {
                if (extent == null || position >= extent.end()) {
                    extent = extents.next();
                    position = extent.offset();
                }
                long from = position;
                position = extent.end() - from < 2 * PART_BYTES ? extent.end() : from + PART_BYTES;
                return new Part(extent, from, position, new CompletableFuture<>());
            }
        };
    }
}
