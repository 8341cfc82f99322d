package io.packetfs.transfer;

import io.packetfs.blob.FileLayout;
import io.packetfs.blob.SourceException;
import io.packetfs.blob.TreeLanding;
import io.packetfs.blob.TreeSource;
import io.packetfs.blob.chunk.ChunkIndex;
import io.packetfs.blob.chunk.ChunkScan;
import io.packetfs.blob.chunk.ChunkTagger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Finds chunks in a base and copies them to where they are to lie (spec: DLT-3). Used by the disk thread. The index is made beside it, by
 * helpers, and is looked into while it grows. A chunk that is not in it waits until it is whole: to take such a chunk for new would be
 * faster where it is, but a sender that cuts faster than this side reads would then send what is here.
 *
 * <p>Limits: {@link DeltaLimits#UNDECIDED_MAX} chunks that wait, {@link ChunkIndex#CHUNKS_MAX}.
 */
final class BaseCopier implements AutoCloseable {
    private final DeltaBase base;
    private final Workers workers;
    private final Runnable onIndexed;
    private final TreeSource source;
    private final TreeLanding landing;
    private final ChunkTagger tagger;
    private final byte[] chunk;
    private final CRC32C crc = new CRC32C();
    private final ChunkIndex index = new ChunkIndex();
    private final ArrayDeque<AskedRange> waiting = new ArrayDeque<>();
    private boolean indexing;

    // Written by the helper that makes the index when it is made, read by the disk thread.
    private volatile boolean indexed;

    // Written by the disk thread at the end, read by the helper that makes the index.
    private volatile boolean closed;

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
        landing = TreeLanding.open(target);
        source = new TreeSource(base.files().layout());
        tagger = new ChunkTagger(base.key().bytes(), base.sizes().maxBytes());
        chunk = new byte[base.sizes().maxBytes()];
    }

    /**
     * Copies what is found of these chunks, and of those that wait. What was copied is out of this process.
     *
     * @throws io.packetfs.blob.LandingException if it cannot be written
     */
    Answers answer(List<AskedRange> asked) {
        Answers answers = new Answers();
        decideWaiting(answers);
        for (AskedRange each : asked) {
            decide(each, answers);
        }
        if (!answers.copied().isEmpty()) {
            landing.flush();
        }
        return answers;
    }

    /** Closes the files; the index is not made to its end. */
    @Override
    public void close() {
        closed = true;
        source.close();
        landing.close();
    }

    private void decideWaiting(Answers answers) {
        boolean complete = indexed;
        for (Iterator<AskedRange> each = waiting.iterator(); each.hasNext(); ) {
            AskedRange next = each.next();
            long place = index.find(next.length(), next.crc32c());
            if (place >= 0 || complete) {
                each.remove();
                (place >= 0 && copy(next, place) ? answers.copied() : answers.needed()).add(next);
            }
        }
    }

    private void decide(AskedRange asked, Answers answers) {
        boolean anywhere = asked.basePlace() == AskedRange.ANYWHERE;
        if (anywhere && !indexing) {
            indexing = true;
            workers.helpers().execute(this::makeIndex);
        }
        // Before the look: what is not found in an index that is complete is not there.
        boolean complete = indexed;
        long place = anywhere ? index.find(asked.length(), asked.crc32c()) : asked.basePlace();
        if (place < 0 && !complete) {
            waiting.add(asked);
        } else {
            (place >= 0 && copy(asked, place) ? answers.copied() : answers.needed()).add(asked);
        }
    }

    /** Returns false if what lies there is not what was asked for. spec: DLT-3 */
    private boolean copy(AskedRange asked, long place) {
        int length = asked.length();
        try {
            source.read(place, chunk, 0, length);
        } catch (SourceException e) {
            // A base that has changed or vanished holds nothing that could be used.
            return false;
        }
        crc.reset();
        crc.update(chunk, 0, length);
        boolean same = (int) crc.getValue() == asked.crc32c()
                && tagger.tag(asked.offset(), chunk, 0, length).equals(asked.tag());
        if (same) {
            landing.write(asked.offset(), chunk, 0, length);
        }
        return same;
    }

    /** Runs on a helper's thread. */
    private void makeIndex() {
        FileLayout layout = base.files().layout();
        try (ChunkScan scan = new ChunkScan(
                layout, ChunkScan.all(layout), base.sizes(), null, workers.helpers(), workers.helperCount())) {
            index.addAll(scan, () -> closed);
        } finally {
            indexed = true;
            workers.disk().execute(onIndexed);
        }
    }
}
