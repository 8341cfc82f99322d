package io.packetfs.blob.chunk;

import io.packetfs.blob.FileLayout;
import io.packetfs.blob.TreeSource;
import java.util.zip.CRC32C;

/** Reads a part of a file and cuts it. One thread at a time. Limit: memory for a few of the longest chunks, and that of a {@link TreeSource}. */
final class ExtentCutter implements AutoCloseable {
    private static final int CHUNKS_IN_MEMORY = 4;
    private static final int BYTES_IN_MEMORY_MIN = 1 << 20;

    private final Chunker chunker;
    private final int maxBytes;
    private final TreeSource source;
    private final byte[] memory;
    private final CRC32C crc = new CRC32C();
    private final ChunkTagger tagger;

    /** @param key to tag with; null for no tags */
    ExtentCutter(FileLayout layout, ChunkSizes sizes, byte[] key) {
        chunker = new Chunker(sizes);
        maxBytes = sizes.maxBytes();
        source = new TreeSource(layout);
        memory = new byte[Math.max(BYTES_IN_MEMORY_MIN, CHUNKS_IN_MEMORY * maxBytes)];
        tagger = key == null ? null : new ChunkTagger(key, maxBytes);
    }

    /**
     * Cuts from a place that is taken for the beginning of a chunk until a chunk ends at another place or behind it.
     *
     * @param end of the extent, where its last chunk ends whatever the content
     * @throws io.packetfs.blob.SourceException if the file cannot be read, or is not what it was
     */
    ChunkRun cut(long from, long to, long end) {
        ChunkRun run = new ChunkRun(from);
        long readEnd = Math.min(end, to + maxBytes);
        int at = 0;
        int filled = 0;
        while (run.end() < to) {
            long needed = Math.min(maxBytes, end - run.end());
            if (filled - at < needed) {
                System.arraycopy(memory, at, memory, 0, filled - at);
                filled -= at;
                at = 0;
                long next = run.end() + filled;
                int more = (int) Math.min(memory.length - filled, readEnd - next);
                source.read(next, memory, filled, more);
                filled += more;
            }
            int length = chunker.cut(memory, at, filled);
            crc.reset();
            crc.update(memory, at, length);
            ChunkTag tag = tagger == null ? null : tagger.tag(run.end(), memory, at, length);
            run.add(length, (int) crc.getValue(), tag);
            at += length;
        }
        return run;
    }

    @Override
    public void close() {
        source.close();
    }
}
