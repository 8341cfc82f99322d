package io.packetfs.transfer;

import io.packetfs.blob.FileLayout;
import io.packetfs.blob.chunk.ChunkTagger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Finds chunks in a base and copies them to where they are to lie (spec: DLT-3). Used by the disk thread. The index is made beside it, by
 * helpers, if it was not made before, and is looked into while it grows. A chunk that is not in it waits until it is whole: to take such a chunk for new would be
 * faster where it is, but a sender that cuts faster than this side reads would then send what is here.
 *
 * <p>Limit: {@link DeltaLimits#UNDECIDED_MAX} chunks that wait.
 */
final class BaseCopier implements AutoCloseable {
    /** So few chunks are copied sooner by one thread than by two. */
    private static final int PART_CHUNKS_MIN = 32;

    private final DeltaBase base;
    private final Workers workers;
    private final Runnable onIndexed;
    private final FileLayout target;
    private final List<ChunkCopier> copiers = new ArrayList<>();
    private final ArrayDeque<AskedRange> waiting = new ArrayDeque<>();
    private boolean indexing;

    /** A chunk, and where in the base it may be. */
    private record Found(AskedRange asked, long place) {}

    /** What became of some chunks: each is in one of the lists, or waits. */
    record Answers(List<AskedRange> copied, List<AskedRange> needed) {
        Answers() {
            this(new ArrayList<>(), new ArrayList<>());
        }
    }

    /**
     * Opens the files that are written.
     *
     * @param onIndexed run on the disk thread when chunks that wait can be decided
     * @throws io.packetfs.blob.LandingException if they cannot be
     */
    BaseCopier(DeltaBase base, FileLayout target, Workers workers, Runnable onIndexed) {
        this.base = base;
        this.workers = workers;
        this.onIndexed = onIndexed;
        this.target = target;
        ChunkTagger.warmUp();
        copiers.add(new ChunkCopier(base, target));
    }

    /**
     * Copies what is found of these chunks, and of those that wait. What was copied is out of this process.
     *
     * @throws io.packetfs.blob.LandingException if it cannot be written
     */
    Answers answer(List<AskedRange> asked) {
        Answers answers = new Answers();
        List<Found> found = new ArrayList<>();
        decideWaiting(found, answers);
        for (AskedRange each : asked) {
            decide(each, found, answers);
        }
        if (!found.isEmpty()) {
            copy(found, answers);
        }
        return answers;
    }

    /** Closes the files; an index that is not made yet is not made to its end. */
    @Override
    public void close() {
        base.index().stop();
        copiers.forEach(ChunkCopier::close);
    }

    private void decideWaiting(List<Found> found, Answers answers) {
        boolean complete = base.index().isMade();
        for (Iterator<AskedRange> each = waiting.iterator(); each.hasNext(); ) {
            AskedRange next = each.next();
            long place = base.index().find(next.length(), next.crc32c());
            if (place >= 0 || complete) {
                each.remove();
                sort(next, place, found, answers);
            }
        }
    }

    private void decide(AskedRange asked, List<Found> found, Answers answers) {
        boolean anywhere = asked.basePlace() == AskedRange.ANYWHERE;
        if (anywhere && !indexing) {
            indexing = true;
            base.index().make(workers.helpers(), workers.helperCount());
            base.index().whenMade(() -> workers.disk().execute(onIndexed));
        }
        // Before the look: what is not found in an index that is complete is not there.
        boolean complete = base.index().isMade();
        long place = anywhere ? base.index().find(asked.length(), asked.crc32c()) : asked.basePlace();
        if (place < 0 && !complete) {
            waiting.add(asked);
        } else {
            sort(asked, place, found, answers);
        }
    }

    private static void sort(AskedRange asked, long place, List<Found> found, Answers answers) {
        if (place >= 0) {
            found.add(new Found(asked, place));
        } else {
            answers.needed().add(asked);
        }
    }

    /** In as many parts at once as pay, one of them on the thread that calls, which waits for the others. */
    private void copy(List<Found> found, Answers answers) {
        int parts = Math.clamp(found.size() / PART_CHUNKS_MIN, 1, workers.helperCount());
        while (copiers.size() < parts) {
            copiers.add(new ChunkCopier(base, target));
        }
        boolean[] copied = new boolean[found.size()];
        List<CompletableFuture<Void>> others = new ArrayList<>();
        for (int part = 1; part < parts; part++) {
            int number = part;
            others.add(CompletableFuture.runAsync(() -> copyPart(found, number, parts, copied), workers.helpers()));
        }
        try {
            copyPart(found, 0, parts, copied);
        } finally {
            // Nobody is left behind with files that may be closed next.
            others.forEach(other -> other.exceptionally(lost -> null).join());
        }
        others.forEach(BaseCopier::requireDone);
        for (int i = 0; i < copied.length; i++) {
            (copied[i] ? answers.copied() : answers.needed()).add(found.get(i).asked());
        }
    }

    private void copyPart(List<Found> found, int part, int parts, boolean[] copied) {
        ChunkCopier copier = copiers.get(part);
        int to = (int) ((long) found.size() * (part + 1) / parts);
        for (int i = (int) ((long) found.size() * part / parts); i < to; i++) {
            copied[i] = copier.copy(found.get(i).asked(), found.get(i).place());
        }
        copier.flush();
    }

    private static void requireDone(CompletableFuture<Void> other) {
        try {
            other.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
