package io.packetfs.blob.chunk;

import io.packetfs.blob.FileLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

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
    private final List<ExtentCutter> idle = new ArrayList<>();
    private long recutCount;

    private record Part(Extent extent, long from, long to, CompletableFuture<ChunkRun> run) {}

    /** A scan on the thread that calls. */
    public ChunkScan(FileLayout layout, ChunkSizes sizes, byte[] key) {
        this(layout, sizes, key, Runnable::run, 1);
    }

    /**
     * A scan on several threads.
     *
     * @param key to tag chunks with; null for no tags
     * @param executor of at least as many threads
     */
    public ChunkScan(FileLayout layout, ChunkSizes sizes, byte[] key, Executor executor, int threads) {
        this.layout = layout;
        this.sizes = sizes;
        this.key = key == null ? null : key.clone();
        this.executor = executor;
        this.threads = threads;
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
     * Cuts extents, each within one file.
     *
     * @param sink gets every chunk once, in order; what it throws ends the scan
     * @throws io.packetfs.blob.SourceException if a file cannot be read, or is not what it was
     */
    public void run(Iterable<Extent> extents, Consumer<ChunkRun> sink) {
        Iterator<Part> parts = parts(extents.iterator());
        ArrayDeque<Part> ahead = new ArrayDeque<>();
        try {
            Extent extent = null;
            long position = 0;
            while (true) {
                while (ahead.size() < threads && parts.hasNext()) {
                    ahead.add(begin(parts.next(), extent, position));
                }
                Part part = ahead.poll();
                if (part == null) {
                    return;
                }
                if (part.extent() != extent) {
                    extent = part.extent();
                    position = extent.offset();
                }
                position = join(part, position, sink);
            }
        } finally {
            // Nobody is left behind with a file that is going to be closed.
            ahead.forEach(part -> part.run().exceptionally(lost -> null).join());
        }
    }

    /** Chunks that were cut twice where parts meet. */
    long recutCount() {
        return recutCount;
    }

    @Override
    public void close() {
        idle.forEach(ExtentCutter::close);
        idle.clear();
    }

    private Part begin(Part part, Extent extent, long position) {
        // Alone, one knows where the part before has ended.
        long from = threads == 1 && part.extent() == extent ? position : part.from();
        Runnable task = () -> {
            try {
                part.run().complete(cut(from, part.to(), part.extent().end()));
            } catch (RuntimeException e) {
                part.run().completeExceptionally(e);
            }
        };
        executor.execute(task);
        return part;
    }

    private ChunkRun cut(long from, long to, long end) {
        ExtentCutter cutter = take();
        try {
            return cutter.cut(from, to, end);
        } finally {
            give(cutter);
        }
    }

    private synchronized ExtentCutter take() {
        return idle.isEmpty() ? new ExtentCutter(layout, sizes, key) : idle.removeLast();
    }

    private synchronized void give(ExtentCutter cutter) {
        idle.add(cutter);
    }

    /** Hands on the chunks of a part from where the part before has ended. Returns where this one has. */
    private long join(Part part, long position, Consumer<ChunkRun> sink) {
        ChunkRun run = await(part);
        long at = position;
        int chunk = run.chunkAt(at);
        while (chunk < 0 && at < part.to()) {
            ChunkRun one = cut(at, at + 1, part.extent().end());
            recutCount++;
            sink.accept(one);
            at = one.end();
            chunk = run.chunkAt(at);
        }
        if (chunk < 0) {
            return at;
        }
        sink.accept(run.from(chunk));
        return run.end();
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
