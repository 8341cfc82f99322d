package io.packetfs.blob;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** Work over a range of bytes, in pieces that several threads take in turn. */
final class ParallelRanges {
    static final int THREADS_MAX = 1_024;

    private ParallelRanges() {}

    /** What is done with a piece; called by several threads at once. */
    interface Work {
        void on(long offset, long length);
    }

    /**
     * Returns when all pieces are done; when one fails, the others under way are finished and its exception is thrown.
     *
     * @param threads 1 is the calling thread alone
     */
    static void run(long sizeBytes, long pieceBytes, int threads, Work work) {
        if (threads < 1 || threads > THREADS_MAX || pieceBytes < 1) {
            throw new IllegalArgumentException(threads + " threads, pieces of " + pieceBytes + " bytes");
        }
        AtomicLong next = new AtomicLong();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Runnable worker = () -> {
            try {
                for (long at = next.getAndAdd(pieceBytes); at < sizeBytes; at = next.getAndAdd(pieceBytes)) {
                    work.on(at, Math.min(pieceBytes, sizeBytes - at));
                }
            } catch (Throwable e) {
                next.set(sizeBytes);
                failure.compareAndSet(null, e);
            }
        };
        List<CompletableFuture<Void>> others = new ArrayList<>();
        long pieces = sizeBytes / pieceBytes + 1;
        for (int i = 1; i < Math.min(threads, pieces); i++) {
            Thread.Builder thread = Thread.ofPlatform().name("pfs-blob-" + i).daemon();
            others.add(CompletableFuture.runAsync(worker, thread::start));
        }
        worker.run();
        // No interrupt ends this wait: memory must not be unmapped under a thread that works on it.
        others.forEach(CompletableFuture::join);
        if (failure.get() instanceof RuntimeException e) {
            throw e;
        }
        if (failure.get() instanceof Error e) {
            throw e;
        }
    }
}
