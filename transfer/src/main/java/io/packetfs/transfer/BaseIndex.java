package io.packetfs.transfer;

import io.packetfs.blob.FileLayout;
import io.packetfs.blob.chunk.ChunkIndex;
import io.packetfs.blob.chunk.ChunkScan;
import io.packetfs.blob.chunk.ChunkSizes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Where the chunks of a base lie. Made once, by helpers, and looked into while it grows; perhaps before a transfer needs it. What it says
 * is compared with the file when it is used, so a base that changes meanwhile costs bytes and nothing else (spec: DLT-3). Any thread
 * may call. Limit: {@link ChunkIndex#CHUNKS_MAX} chunks.
 */
final class BaseIndex {
    private final BaseFiles files;
    private final ChunkSizes sizes;
    private final ChunkIndex chunks = new ChunkIndex();
    private final AtomicBoolean begun = new AtomicBoolean();
    private final List<Runnable> whenMade = new ArrayList<>();
    private boolean made;
    private boolean cutShort;

    // Written by whoever needs no more of it, read by the helper that makes it.
    private volatile boolean stopped;

    BaseIndex(BaseFiles files) {
        this.files = files;
        sizes = ChunkSizes.forContent(files.layout().sizeBytes());
    }

    BaseFiles files() {
        return files;
    }

    ChunkSizes sizes() {
        return sizes;
    }

    /** Begins to make it, unless somebody did. */
    void make(Executor helpers, int helperCount) {
        if (begun.compareAndSet(false, true)) {
            helpers.execute(() -> scan(helpers, helperCount));
        }
    }

    /** Whether nothing is added any more: what is not found then is not there, or was not read before it was stopped. */
    synchronized boolean isMade() {
        return made;
    }

    /** Has something run when it is made, at once if it is; on the thread that makes it, or on the one that calls. */
    void whenMade(Runnable action) {
        synchronized (this) {
            if (!made) {
                whenMade.add(action);
                return;
            }
        }
        action.run();
    }

    /** Nothing more is read. Without effect when it is made. */
    void stop() {
        stopped = true;
    }

    /** Whether it serves for these files: it was not stopped while it was made, and they are as they were. */
    synchronized boolean serves(BaseFiles present) {
        return !(made ? cutShort : stopped) && files.isAs(present);
    }

    /** The place of a chunk with this length and checksum, or -1. */
    long find(int length, int crc32c) {
        return chunks.find(length, crc32c);
    }

    private void scan(Executor helpers, int helperCount) {
        FileLayout layout = files.layout();
        try (ChunkScan scan = new ChunkScan(layout, ChunkScan.all(layout), sizes, null, helpers, helperCount)) {
            chunks.addAll(scan, () -> stopped);
        } finally {
            tellMade();
        }
    }

    private void tellMade() {
        List<Runnable> actions;
        synchronized (this) {
            made = true;
            cutShort = stopped;
            actions = List.copyOf(whenMade);
            whenMade.clear();
        }
        actions.forEach(Runnable::run);
    }
}
