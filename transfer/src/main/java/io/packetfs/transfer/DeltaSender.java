package io.packetfs.transfer;

import io.packetfs.blob.FileLayout;
import io.packetfs.blob.SourceException;
import io.packetfs.blob.chunk.ChunkIndex;
import io.packetfs.blob.chunk.ChunkRun;
import io.packetfs.blob.chunk.ChunkScan;
import io.packetfs.blob.chunk.ChunkSizes;
import io.packetfs.blob.chunk.Extent;
import io.packetfs.transfer.record.AskedChunk;
import io.packetfs.transfer.record.ByteRange;
import io.packetfs.transfer.record.RecordPieces;
import io.packetfs.transfer.record.TransferRecord;
import io.packetfs.transfer.record.TransferRecord.Base;
import io.packetfs.transfer.record.TransferRecord.Chunks;
import io.packetfs.transfer.record.TransferRecord.Need;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The sender's side of a delta transfer (spec: DLT): cuts what is to be sent, asks the receiver of the chunks, and lets those bytes be sent
 * that turn out to be needed, while the rest is still being cut. Runs on the agent's thread; what reads files on the disk thread.
 * Limit: {@link DeltaLimits#UNDECIDED_MAX} chunks.
 */
final class DeltaSender {
    /** The transfer. */
    interface Host {
        /** There are records to be sent, or bytes that are needed, or no more of either. */
        void onDeltaProgress();

        void onDeltaFault(String message);
    }

    /** After so many chunks they are asked of. */
    private static final int STEP_CHUNKS = 2_048;

    /** The most chunks that one more part of a scan brings: the longest part, in the shortest chunks. */
    private static final int PART_CHUNKS_MAX = 8_192;

    private final Base base;
    private final BaseFiles own;
    private final FileLayout layout;
    private final List<ByteRange> have;
    private final BulkCells cells;
    private final FileDigests digests;
    private final Workers workers;
    private final ControlLane control;
    private final Host host;
    private final ArrayDeque<AskedRange> undecided = new ArrayDeque<>();
    private final ArrayDeque<Iterator<TransferRecord>> unasked = new ArrayDeque<>();
    private boolean asking;
    private boolean scanning;
    private boolean scanned;
    private boolean ended;
    private long scannedEnd;
    private long decidedEnd;
    private long reusedBytes;

    // Used by the disk thread.
    private ChunkScan scan;
    private ChunkIndex ownIndex;
    private boolean closed;

    /** Chunks one behind the other, also in the base if their place there is known. */
    private record Question(long baseOffset, List<AskedRange> chunks) {}

    /** What a step of the scan has found, up to which place, and whether it was the last. */
    private record Step(List<Question> questions, long end, boolean last) {}

    /**
     * @param own what this side believes that the receiver has; null if it knows nothing
     * @param have what the receiver has of this very transfer
     * @param cells learns what is not needed, and up to where that is known
     * @param digests gets the checksums of what is not needed
     */
    DeltaSender(
            Base base,
            BaseFiles own,
            FileLayout layout,
            List<ByteRange> have,
            BulkCells cells,
            FileDigests digests,
            Workers workers,
            ControlLane control,
            Host host) {
        this.base = base;
        this.own = own != null && own.id().equals(base.id()) ? own : null;
        this.layout = layout;
        this.have = have;
        this.cells = cells;
        this.digests = digests;
        this.workers = workers;
        this.control = control;
        this.host = host;
    }

    /** Begins to read. What is found waits for {@link #ask}. */
    void begin() {
        cells.limit(0);
        scanOn();
    }

    /** The receiver may be asked from now on. spec: DLT-2 */
    void ask() {
        asking = true;
        unasked.forEach(control::send);
        unasked.clear();
    }

    /** Hears what is needed. Returns what is wrong with that, or null. spec: DLT-4 */
    String onNeed(Need need) {
        if (need.decidedEnd() <= decidedEnd) {
            return "a NEED that decides nothing";
        }
        int range = 0;
        long neededBytes = 0;
        while (!undecided.isEmpty() && undecided.peek().end() <= need.decidedEnd()) {
            AskedRange chunk = undecided.remove();
            decidedEnd = chunk.end();
            while (range < need.ranges().size() && need.ranges().get(range).end() <= chunk.offset()) {
                range++;
            }
            ByteRange next = range < need.ranges().size() ? need.ranges().get(range) : null;
            if (next != null && next.offset() <= chunk.offset() && next.end() >= chunk.end()) {
                neededBytes += chunk.length();
            } else {
                leaveOut(chunk);
            }
        }
        long toldBytes = need.ranges().stream().mapToLong(ByteRange::length).sum();
        if (decidedEnd != need.decidedEnd() || neededBytes != toldBytes) {
            return "a NEED that is not of whole chunks that were asked of";
        }
        setLimit();
        scanOn();
        return null;
    }

    /** Whether the files have been read to their end. */
    boolean isScanned() {
        return scanned;
    }

    /** Whether all that there was to ask is decided. */
    boolean isDone() {
        return scanned && undecided.isEmpty();
    }

    /** Bytes that need not be sent because the receiver has found them in its base. */
    long reusedBytes() {
        return reusedBytes;
    }

    /** The transfer is over. */
    void end() {
        ended = true;
        workers.disk().execute(this::close);
    }

    /** Cuts on, unless too much is undecided. */
    private void scanOn() {
        boolean room = undecided.size() + STEP_CHUNKS + PART_CHUNKS_MAX <= DeltaLimits.UNDECIDED_MAX;
        if (room && !scanning && !scanned && !ended) {
            scanning = true;
            workers.disk().execute(this::scanStep);
        }
    }

    /** Runs on the disk thread. */
    private void scanStep() {
        if (closed) {
            return;
        }
        try {
            if (scan == null) {
                begin(new ChunkSizes(base.averageLog2()));
            }
            List<Question> questions = new ArrayList<>();
            long end = 0;
            int count = 0;
            ChunkRun run = null;
            while (count < STEP_CHUNKS) {
                run = scan.next();
                if (run == null) {
                    break;
                }
                count += run.count();
                end = run.end();
                addQuestions(run, questions);
            }
            boolean last = run == null;
            long upTo = last ? layout.sizeBytes() : end;
            workers.agent().execute(() -> onScanned(new Step(questions, upTo, last)));
        } catch (SourceException e) {
            workers.agent().execute(() -> host.onDeltaFault(e.getMessage()));
        }
    }

    private void begin(ChunkSizes sizes) {
        if (own != null) {
            ownIndex = new ChunkIndex();
            FileLayout ownLayout = own.layout();
            try (ChunkScan ownScan = newScan(ownLayout, ChunkScan.all(ownLayout), sizes, null)) {
                ownIndex.addAll(ownScan, () -> false);
            }
        }
        scan = newScan(layout, wanted(), sizes, base.key().bytes());
    }

    private ChunkScan newScan(FileLayout files, List<Extent> extents, ChunkSizes sizes, byte[] key) {
        return new ChunkScan(files, extents, sizes, key, workers.helpers(), workers.helperCount());
    }

    /** Every wanted range of every file. spec: DLT-2 */
    private List<Extent> wanted() {
        List<Extent> wanted = new ArrayList<>();
        int next = 0;
        for (Extent file : ChunkScan.all(layout)) {
            long position = file.offset();
            while (next < have.size() && have.get(next).end() <= position) {
                next++;
            }
            for (int i = next; i < have.size() && have.get(i).offset() < file.end(); i++) {
                if (have.get(i).offset() > position) {
                    wanted.add(new Extent(position, have.get(i).offset() - position));
                }
                position = have.get(i).end();
            }
            if (position < file.end()) {
                wanted.add(new Extent(position, file.end() - position));
            }
        }
        return wanted;
    }

    private void addQuestions(ChunkRun run, List<Question> questions) {
        Question question = null;
        long place = AskedRange.ANYWHERE;
        for (int i = 0; i < run.count(); i++) {
            int length = run.length(i);
            if (ownIndex != null) {
                long before = place;
                place = ownIndex.find(length, run.crc32c(i));
                if (place < 0) {
                    // The receiver has it as little as this side's older content has.
                    question = null;
                    continue;
                }
                question = before >= 0 && i > 0 && place == before + run.length(i - 1) ? question : null;
            }
            if (question == null) {
                question = new Question(place, new ArrayList<>());
                questions.add(question);
            }
            question.chunks().add(new AskedRange(run.offset(i), length, run.crc32c(i), run.tag(i), place));
        }
    }

    private void onScanned(Step step) {
        if (ended) {
            return;
        }
        scanning = false;
        for (Question question : step.questions()) {
            undecided.addAll(question.chunks());
            List<AskedChunk> asked = question.chunks().stream()
                    .map(each -> new AskedChunk(each.length(), each.crc32c(), each.tag()))
                    .toList();
            long offset = question.chunks().getFirst().offset();
            long baseOffset = question.baseOffset() < 0 ? Chunks.NO_BASE_OFFSET : question.baseOffset();
            Iterator<TransferRecord> records = RecordPieces.ofChunks(offset, baseOffset, asked);
            if (asking) {
                control.send(records);
            } else {
                unasked.add(records);
            }
        }
        scannedEnd = step.end();
        scanned = step.last();
        setLimit();
        scanOn();
        host.onDeltaProgress();
    }

    private void leaveOut(AskedRange chunk) {
        reusedBytes += chunk.length();
        cells.leaveOut(chunk.offset(), chunk.length());
        digests.add(chunk.offset(), chunk.length(), chunk.crc32c(), (offset, length) -> {
            throw new AssertionError("a chunk of two files");
        });
    }

    private void setLimit() {
        cells.limit(undecided.isEmpty() ? scannedEnd : undecided.peek().offset());
    }

    /** Runs on the disk thread. */
    private void close() {
        closed = true;
        if (scan != null) {
            scan.close();
        }
    }
}
