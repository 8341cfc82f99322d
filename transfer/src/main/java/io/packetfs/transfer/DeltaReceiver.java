package io.packetfs.transfer;

import io.packetfs.blob.FileLayout;
import io.packetfs.blob.LandingException;
import io.packetfs.transfer.BaseCopier.Answers;
import io.packetfs.transfer.ResumeJournal.Piece;
import io.packetfs.transfer.record.AskedChunk;
import io.packetfs.transfer.record.RecordPieces;
import io.packetfs.transfer.record.TransferRecord.Chunks;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The receiver's side of a delta transfer (spec: DLT): takes the sender's questions, has them answered from the base, and tells the sender in
 * order what it needs. Runs on the agent's thread; {@link #close} on the disk thread. Limit: {@link DeltaLimits#UNDECIDED_MAX} chunks.
 */
final class DeltaReceiver {
    /** The transfer. */
    interface Host {
        /** These lie where they are to lie. */
        void onCopied(List<Piece> pieces);

        /** Something was decided: records wait to be sent, or all bytes are there. */
        void onDecided();

        void onFault(String message);
    }

    private final DeltaBase base;
    private final FileLayout target;
    private final ByteRangeSet missing;
    private final Workers workers;
    private final ControlLane control;
    private final Host host;
    private final ArrayDeque<AskedRange> undecided = new ArrayDeque<>();
    private final Map<Long, Boolean> neededByOffset = new HashMap<>();
    private long askedEnd;
    private long reusedBytes;

    // Used by the disk thread.
    private BaseCopier copier;
    private boolean closed;

    /** @param missing what may come as payload: chunks leave it when they are asked of, and come back when they are needed */
    DeltaReceiver(
            DeltaBase base, FileLayout target, ByteRangeSet missing, Workers workers, ControlLane control, Host host) {
        this.base = base;
        this.target = target;
        this.missing = missing;
        this.workers = workers;
        this.control = control;
        this.host = host;
    }

    /** Says what this receiver has. */
    void begin() {
        control.send(base.toRecord());
    }

    /** Takes questions. Returns what is wrong with them, or null. */
    String onChunks(Chunks chunks) {
        String fault = fault(chunks);
        if (fault != null) {
            return fault;
        }
        List<AskedRange> asked = new ArrayList<>(chunks.chunks().size());
        long offset = chunks.offset();
        for (AskedChunk chunk : chunks.chunks()) {
            long place = chunks.baseOffset() == Chunks.NO_BASE_OFFSET
                    ? AskedRange.ANYWHERE
                    : chunks.baseOffset() + offset - chunks.offset();
            missing.remove(offset, chunk.length());
            asked.add(new AskedRange(offset, chunk.length(), chunk.crc32c(), chunk.tag(), place));
            offset += chunk.length();
        }
        askedEnd = offset;
        undecided.addAll(asked);
        workers.disk().execute(() -> answer(asked));
        return null;
    }

    /** Whether the sender has asked of anything; before it does, it may have to read an old version of its own. */
    boolean isAsked() {
        return askedEnd > 0;
    }

    /** Whether there is nothing to be decided. */
    boolean isIdle() {
        return undecided.isEmpty();
    }

    /** Bytes that were copied from the base. */
    long reusedBytes() {
        return reusedBytes;
    }

    /** Closes files. Runs on the disk thread. */
    void close() {
        closed = true;
        if (copier != null) {
            copier.close();
        }
    }

    /** spec: DLT-2, DLT-5, DLT-6 */
    private String fault(Chunks chunks) {
        if (chunks.offset() < askedEnd) {
            return "chunks out of order";
        }
        if (chunks.chunks().size() > DeltaLimits.UNDECIDED_MAX - undecided.size()) {
            return "more chunks than may be undecided";
        }
        long offset = chunks.offset();
        for (AskedChunk chunk : chunks.chunks()) {
            boolean fits = chunk.length() <= base.sizes().maxBytes()
                    && missing.contains(offset, chunk.length())
                    && offset + chunk.length() <= target.startOf(target.fileAt(offset) + 1);
            if (!fits) {
                return "a chunk of " + chunk.length() + " bytes at " + offset
                        + " that is too long, not wanted, or of two files";
            }
            offset += chunk.length();
        }
        boolean beyond = chunks.baseOffset() != Chunks.NO_BASE_OFFSET
                && offset - chunks.offset() > base.files().layout().sizeBytes() - chunks.baseOffset();
        return beyond ? "chunks behind the end of the base" : null;
    }

    /** Runs on the disk thread. */
    private void answer(List<AskedRange> asked) {
        if (closed) {
            return;
        }
        try {
            if (copier == null) {
                copier = new BaseCopier(base, target, workers, () -> answer(List.of()));
            }
            Answers answers = copier.answer(asked);
            workers.agent().execute(() -> onAnswers(answers));
        } catch (LandingException e) {
            workers.agent().execute(() -> host.onFault(e.getMessage()));
        }
    }

    private void onAnswers(Answers answers) {
        List<Piece> pieces = new ArrayList<>(answers.copied().size());
        for (AskedRange each : answers.copied()) {
            reusedBytes += each.length();
            neededByOffset.put(each.offset(), false);
            pieces.add(new Piece(each.offset(), each.length(), each.crc32c()));
        }
        answers.needed().forEach(each -> neededByOffset.put(each.offset(), true));
        host.onCopied(pieces);
        tellInOrder();
        host.onDecided();
    }

    /** spec: DLT-4 */
    private void tellInOrder() {
        ByteRangeSet needed = new ByteRangeSet();
        long decidedEnd = -1;
        while (!undecided.isEmpty()) {
            Boolean isNeeded = neededByOffset.remove(undecided.peek().offset());
            if (isNeeded == null) {
                break;
            }
            AskedRange first = undecided.remove();
            decidedEnd = first.end();
            if (isNeeded) {
                needed.add(first.offset(), first.length());
                missing.add(first.offset(), first.length());
            }
        }
        if (decidedEnd >= 0) {
            control.send(RecordPieces.ofNeed(decidedEnd, needed.ranges()));
        }
    }
}
