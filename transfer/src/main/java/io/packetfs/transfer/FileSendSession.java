package io.packetfs.transfer;

import io.packetfs.blob.BlobSource;
import io.packetfs.blob.Crc32c;
import io.packetfs.blob.SourceException;
import io.packetfs.blob.TreeSource;
import io.packetfs.endpoint.ConnectionStats;
import io.packetfs.endpoint.DeliveredGram;
import io.packetfs.endpoint.OutboundGram;
import io.packetfs.protocol.ReasonCode;
import io.packetfs.transfer.manifest.Manifest;
import io.packetfs.transfer.manifest.SourceTree;
import io.packetfs.transfer.record.ByteRange;
import io.packetfs.transfer.record.EntryStatus;
import io.packetfs.transfer.record.FileDigest;
import io.packetfs.transfer.record.OfferKind;
import io.packetfs.transfer.record.RecordPieces;
import io.packetfs.transfer.record.TransferRecord;
import io.packetfs.transfer.record.TransferRecord.Accept;
import io.packetfs.transfer.record.TransferRecord.Done;
import io.packetfs.transfer.record.TransferRecord.Have;
import io.packetfs.transfer.record.TransferRecord.Offer;
import io.packetfs.transfer.record.TransferRecord.Refuse;
import io.packetfs.transfer.record.TransferRecord.Result;
import io.packetfs.transfer.record.TransferRecord.Status;
import io.packetfs.transfer.record.VerifyKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The sender of files (spec: FLO). Files are read in place as packets are written; grams are offered as fast as the connection takes
 * them, and each file's digest is put together from those of the grams.
 */
public final class FileSendSession extends TransferSession {
    private enum Step {
        OFFERING,
        MOVING,
        CHECKING,
        AWAITING_RESULT
    }

    private final SourceTree tree;
    private final Manifest manifest;
    private final VerifyKind verify;
    private final BitSet skippedEntries = new BitSet();
    private final ByteRangeSet have = new ByteRangeSet();
    private final ArrayDeque<OutboundGram> undigested = new ArrayDeque<>();
    private final List<EntryStatus> statuses = new ArrayList<>();
    private Step step = Step.OFFERING;
    private long haveEnd;
    private FileSet files;
    private TreeSource source;
    private FileDigests digests;
    private WholeFileDigests wholeDigests;
    private long nextOffset;
    private OutboundGram refused;
    private long acknowledgedBytes;
    private long acknowledgedGrams;
    private long acknowledgedDescriptors;
    private boolean receiverKeeps;
    private Result result;

    /** A session that speaks when it is connected. */
    public FileSendSession(
            SourceTree tree, VerifyKind verify, Workers workers, LongSupplier clockNs, long stallTimeoutNs) {
        super(workers, clockNs, stallTimeoutNs, "receiver");
        this.tree = tree;
        this.verify = verify;
        manifest = tree.manifest();
    }

    @Override
    void begin() {
        control.send(new Offer(OfferKind.FILES, verify, manifest.entries().size(), manifest.bytes(), manifest.id()));
        control.send(RecordPieces.ofManifest(manifest.entries()));
    }

    @Override
    void onRecord(TransferRecord record) {
        if (step == Step.OFFERING) {
            onAnswer(record);
        } else if (step == Step.AWAITING_RESULT && record instanceof Status status) {
            onStatus(status);
        } else if (step == Step.AWAITING_RESULT && record instanceof Result last) {
            onResult(last);
        } else {
            unexpected(record);
        }
    }

    private void onAnswer(TransferRecord record) {
        switch (record) {
            case Refuse refuse -> onRefuse(refuse);
            case Status status -> onSkipped(status);
            case Have some -> onHave(some);
            case Accept accept -> onAccept(accept);
            default -> unexpected(record);
        }
    }

    private void unexpected(TransferRecord record) {
        violation("an unexpected " + record.getClass().getSimpleName());
    }

    @Override
    void onData(DeliveredGram gram) {
        violation("a gram on lane " + gram.lane() + " to the sender");
    }

    @Override
    void onDataAcknowledged(OutboundGram gram) {
        acknowledgedBytes += gram.slabLength();
        acknowledgedGrams++;
        acknowledgedDescriptors += Math.ceilDiv(gram.slabLength(), OutboundGram.DESCRIPTOR_BYTES);
        pump();
    }

    @Override
    void pump() {
        if (!control.pump(connection()) || step != Step.MOVING) {
            return;
        }
        boolean offeredAll = offerGrams();
        digestOpened();
        if (offeredAll && undigested.isEmpty() && wholeDigests.isDone()) {
            step = Step.CHECKING;
            workers.disk().execute(this::checkSources);
        }
    }

    @Override
    void onTime(long nowNs) {
        pump();
    }

    @Override
    boolean isWaitingForPeer() {
        // Before and after, the receiver may be busy with its disk; one that is gone shows in the connection.
        return step == Step.MOVING && acknowledgedBytes < files.bytes() - have.bytes();
    }

    @Override
    boolean isDone() {
        return result != null;
    }

    @Override
    TransferProgress measureProgress(TransferPhase phase, ConnectionStats stats) {
        return new TransferProgress(
                phase,
                have.bytes() + acknowledgedBytes,
                files == null ? manifest.bytes() : files.bytes(),
                manifest.entries().size(),
                stats == null ? 0 : stats.rttNsSmoothed(),
                stats == null ? 0 : stats.packetsRetransmitted());
    }

    @Override
    void onEnd(Failure cause) {
        workers.disk().execute(() -> {
            if (source != null) {
                source.close();
            }
            boolean resumable = cause != null && cause.resumable() && receiverKeeps;
            Failure shown = cause == null ? null : new Failure(cause.kind(), cause.message(), resumable);
            complete(SendReports.of(this, shown));
        });
    }

    SourceTree tree() {
        return tree;
    }

    BitSet skippedEntries() {
        return skippedEntries;
    }

    List<EntryStatus> statuses() {
        return statuses;
    }

    /** The receiver's last word; null if it did not come. */
    Result result() {
        return result;
    }

    /** The digest of each file that was sent, by entry; null where there is none. */
    String digestText(int entry) {
        if (result == null || files == null) {
            return null;
        }
        int file = files.fileOfEntry(entry);
        return file < 0 ? null : digest(file).text();
    }

    long movedBytes() {
        return acknowledgedBytes;
    }

    long resumedBytes() {
        return have.bytes();
    }

    long acknowledgedGrams() {
        return acknowledgedGrams;
    }

    long acknowledgedDescriptors() {
        return acknowledgedDescriptors;
    }

    private void onRefuse(Refuse refuse) {
        end(ResultCodes.failureAtSender(refuse.code(), refuse.message()));
        connection().close(ReasonCode.NO_ERROR, "");
    }

    private void onSkipped(Status status) {
        for (EntryStatus each : status.statuses()) {
            boolean isNext = each.entry() < manifest.entries().size() && each.entry() >= skippedEntries.length();
            if (each.kind() != EntryStatus.Kind.SKIPPED || !isNext) {
                violation("a status that skips nothing");
                return;
            }
            skippedEntries.set(each.entry());
        }
    }

    private void onHave(Have some) {
        for (ByteRange range : some.ranges()) {
            if (range.offset() < haveEnd) {
                violation("ranges out of order");
                return;
            }
            haveEnd = range.end();
            have.add(range.offset(), range.length());
        }
    }

    private void onAccept(Accept accept) {
        files = FileSet.of(manifest, skippedEntries, tree::pathOfEntry);
        if (haveEnd > files.bytes()
                || accept.wantedBytes() != files.bytes() - have.bytes()
                || accept.resumedBytes() != have.bytes()) {
            violation("an ACCEPT that does not add up");
            return;
        }
        receiverKeeps = accept.keeps();
        source = new TreeSource(files.layout());
        digests = new FileDigests(files.layout());
        wholeDigests = new WholeFileDigests(files, have.ranges(), verify);
        if (!wholeDigests.isDone()) {
            workers.disk().execute(this::digestWhole);
        }
        step = Step.MOVING;
        enter(TransferPhase.MOVING);
    }

    /** What the grams' own digests do not cover. Runs on the disk thread. */
    private void digestWhole() {
        try {
            wholeDigests.run();
            workers.agent().execute(() -> {
                wholeDigests.markDone();
                onWorkerDone();
            });
        } catch (SourceException e) {
            workers.agent().execute(() -> failLocally(e.getMessage()));
        }
    }

    /** Returns whether the connection has taken all there is. */
    private boolean offerGrams() {
        while (true) {
            OutboundGram gram = refused != null ? refused : nextGram();
            refused = null;
            if (gram == null) {
                return true;
            }
            if (!connection().trySend(gram)) {
                refused = gram;
                return false;
            }
            undigested.add(gram);
        }
    }

    /** The gram for the next range that the receiver wants, to the end of its 1 MiB; null behind the last. spec: FLO-3 */
    private OutboundGram nextGram() {
        while (nextOffset < files.bytes()) {
            long cellEnd = Math.min(files.bytes(), (nextOffset / Lanes.BULK_GRAM_BYTES + 1) * Lanes.BULK_GRAM_BYTES);
            List<ByteRange> inHand = have.within(nextOffset, cellEnd - nextOffset);
            long start = nextOffset;
            long end = inHand.isEmpty() ? cellEnd : inHand.getFirst().offset();
            nextOffset = inHand.isEmpty() ? cellEnd : inHand.getFirst().end();
            if (end > start) {
                return OutboundGram.placed(Lanes.BULK, Lanes.BULK_BLOB_ID, source, start, (int) (end - start));
            }
        }
        return null;
    }

    /** Takes over the digests of grams whose sending has begun: they are known from then on. */
    private void digestOpened() {
        while (!undigested.isEmpty() && undigested.peek().gramId() >= 0) {
            OutboundGram gram = undigested.remove();
            try {
                digests.add(gram.offset(), gram.slabLength(), gram.digest(), this::pieceCrc32c);
            } catch (SourceException e) {
                failLocally(e.getMessage());
                return;
            }
        }
    }

    private int pieceCrc32c(long offset, long length) {
        return Crc32c.of((BlobSource) source, offset, length);
    }

    /** Runs on the disk thread. spec: FLO-4 */
    private void checkSources() {
        String change = tree.findChange(skippedEntries);
        workers.agent().execute(() -> {
            if (isEnded()) {
                return;
            }
            if (change != null) {
                failLocally(change);
                return;
            }
            List<FileDigest> all = new ArrayList<>(files.count());
            for (int file = 0; file < files.count(); file++) {
                all.add(digest(file));
            }
            control.send(RecordPieces.ofDigests(all));
            control.send(new Done(files.bytes() - have.bytes()));
            step = Step.AWAITING_RESULT;
            enter(TransferPhase.FINISHING);
            pump();
        });
    }

    private FileDigest digest(int file) {
        return new FileDigest(digests.crc32c(file) ^ wholeDigests.crc32c(file), wholeDigests.sha256(file));
    }

    private void onWorkerDone() {
        if (!isEnded()) {
            pump();
        }
    }

    private void onStatus(Status status) {
        for (EntryStatus each : status.statuses()) {
            if (each.entry() >= manifest.entries().size()) {
                violation("a status of an entry that there is not");
                return;
            }
        }
        statuses.addAll(status.statuses());
    }

    private void onResult(Result last) {
        result = last;
        end(SendReports.failure(this));
        connection().close(ReasonCode.NO_ERROR, "");
    }

    private void failLocally(String message) {
        if (isEnded()) {
            return;
        }
        end(Failure.of(FailureKind.LOCAL_IO, message));
        connection().close(ReasonCode.LOCAL_IO, message);
    }
}
