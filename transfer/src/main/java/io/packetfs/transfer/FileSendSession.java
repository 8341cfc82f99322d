package io.packetfs.transfer;

import io.packetfs.blob.SourceException;
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
import io.packetfs.transfer.record.TransferRecord.Base;
import io.packetfs.transfer.record.TransferRecord.Done;
import io.packetfs.transfer.record.TransferRecord.Have;
import io.packetfs.transfer.record.TransferRecord.Need;
import io.packetfs.transfer.record.TransferRecord.Offer;
import io.packetfs.transfer.record.TransferRecord.Refuse;
import io.packetfs.transfer.record.TransferRecord.Result;
import io.packetfs.transfer.record.TransferRecord.Status;
import io.packetfs.transfer.record.TransferRecord.Stripes;
import io.packetfs.transfer.record.VerifyKind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

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
    private final StripeConnector connector;
    private final SendStripes stripes;
    private final List<EntryStatus> statuses = new ArrayList<>();
    private Step step = Step.OFFERING;
    private long haveEnd;
    private FileSet files;
    private Stripes offeredStripes;
    private BulkSender bulk;
    private FileDigests digests;
    private BaseFiles ownBase;
    private Base base;
    private DeltaSender delta;
    private BulkCells cells;
    private WholeFileDigests wholeDigests;
    private boolean digesting;
    private long acknowledgedBytes;
    private long acknowledgedGrams;
    private long acknowledgedDescriptors;
    private boolean receiverKeeps;
    private Result result;

    /** A session that speaks when it is connected, over one connection. */
    public FileSendSession(
            SourceTree tree, VerifyKind verify, Workers workers, LongSupplier clockNs, long stallTimeoutNs) {
        this(tree, verify, workers, clockNs, stallTimeoutNs, StripeConnector.NONE);
    }

    /**
     * A session that speaks when it is connected, and asks for as many connections as there may be.
     *
     * @param connector opens the further ones
     */
    public FileSendSession(
            SourceTree tree,
            VerifyKind verify,
            Workers workers,
            LongSupplier clockNs,
            long stallTimeoutNs,
            StripeConnector connector) {
        super(workers, clockNs, stallTimeoutNs, "receiver");
        this.connector = connector;
        this.tree = tree;
        this.verify = verify;
        manifest = tree.manifest();
        stripes = new SendStripes(connector, workers, new StripeHost());
    }

    /**
     * Tells what older content the receiver is believed to have, so that it is asked only of what is there. To be called before the session
     * is connected.
     */
    public FileSendSession withBase(BaseFiles older) {
        ownBase = older;
        return this;
    }

    @Override
    void begin() {
        int streams = connector.streams() > 1 ? connector.streams() : 0;
        control.send(new Offer(
                OfferKind.FILES, verify, manifest.entries().size(), manifest.bytes(), manifest.id(), streams));
        control.send(RecordPieces.ofManifest(manifest.entries()));
    }

    @Override
    void onRecord(TransferRecord record) {
        if (step == Step.OFFERING) {
            onAnswer(record);
        } else if (step == Step.MOVING && delta != null && record instanceof Need need) {
            String fault = delta.onNeed(need);
            if (fault != null) {
                violation(fault);
            }
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
            case Stripes some -> onStripes(some);
            case Base older -> onBase(older);
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
        try {
            bulk.pump(connection());
        } catch (SourceException e) {
            failLocally(e.getMessage());
            return;
        }
        if (isAllSent()) {
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
        return step == Step.MOVING
                && acknowledgedBytes < (delta == null ? files.bytes() - have.bytes() : bulk.takenBytes());
    }

    @Override
    boolean isDone() {
        return result != null;
    }

    @Override
    TransferProgress measureProgress(TransferPhase phase, ConnectionStats stats) {
        return TransferProgress.of(
                phase,
                have.bytes() + reusedBytes() + acknowledgedBytes,
                files == null ? manifest.bytes() : files.bytes(),
                manifest.entries().size(),
                stats);
    }

    @Override
    void onEnd(Failure cause) {
        if (bulk != null) {
            bulk.close();
        }
        if (delta != null) {
            delta.end();
        }
        boolean resumable = cause != null && cause.resumable() && receiverKeeps;
        Failure shown = cause == null ? null : new Failure(cause.kind(), cause.message(), resumable);
        stripes.leave(this::addStats, () -> workers.disk().execute(() -> complete(SendReports.of(this, shown))));
    }

    /** What becomes of the further connections. */
    private final class StripeHost implements SendStripe.Host {
        @Override
        public void onStripeAcknowledged(OutboundGram gram) {
            if (!isEnded()) {
                noteProgress();
                onDataAcknowledged(gram);
            }
        }

        @Override
        public void onStripeDone() {
            onWorkerDone();
        }

        /** spec: STP-4 */
        @Override
        public void onStripeClosed(SendStripe stripe, int reason, String message, boolean byPeer) {
            boolean toldByFirst = reason == ReasonCode.NO_ERROR && byPeer;
            if (isEnded() || isDone() || toldByFirst || !stripe.hasAsked()) {
                return;
            }
            end(CloseReasons.failure(reason, message, byPeer, "receiver"));
            connection().close(CloseReasons.told(reason), message);
        }
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

    long reusedBytes() {
        return delta == null ? 0 : delta.reusedBytes();
    }

    /** With a result all have come, whatever other connections were still to hear of it. */
    long acknowledgedGrams() {
        return result == null
                ? acknowledgedGrams
                : sent().mapToLong(BulkSender::gramCount).sum();
    }

    long acknowledgedDescriptors() {
        return result == null
                ? acknowledgedDescriptors
                : sent().mapToLong(BulkSender::descriptorCount).sum();
    }

    /** What the connections have sent that are done. */
    private Stream<BulkSender> sent() {
        return Stream.concat(Stream.of(bulk), stripes.sent());
    }

    private void onRefuse(Refuse refuse) {
        end(ResultCodes.failureAtSender(refuse.code(), refuse.message()));
        connection().close(ReasonCode.NO_ERROR, "");
    }

    private void onSkipped(Status status) {
        if (base != null) {
            unexpected(status);
            return;
        }
        for (EntryStatus each : status.statuses()) {
            boolean isNext = each.entry() < manifest.entries().size() && each.entry() >= skippedEntries.length();
            if (each.kind() != EntryStatus.Kind.SKIPPED || !isNext) {
                violation("a status that skips nothing");
                return;
            }
            skippedEntries.set(each.entry());
        }
    }

    /** spec: DLT-1 */
    private void onHave(Have some) {
        if (base != null) {
            unexpected(some);
            return;
        }
        for (ByteRange range : some.ranges()) {
            if (range.offset() < haveEnd) {
                violation("ranges out of order");
                return;
            }
            haveEnd = range.end();
            have.add(range.offset(), range.length());
        }
    }

    /** What becomes of the questions of a delta transfer. */
    private final class DeltaHost implements DeltaSender.Host {
        @Override
        public void onDeltaProgress() {
            // Not before: the receiver would hear nothing meanwhile.
            if (delta.isScanned()) {
                startWholeDigests();
            }
            onWorkerDone();
        }

        @Override
        public void onDeltaFault(String message) {
            failLocally(message);
        }
    }

    private void onAccept(Accept accept) {
        if (files == null && !settle()) {
            return;
        }
        if (accept.wantedBytes() != files.bytes() - have.bytes()
                || accept.resumedBytes() != have.bytes()
                || (base != null && offeredStripes != null)) {
            violation("an ACCEPT that does not add up");
            return;
        }
        receiverKeeps = accept.keeps();
        bulk = new BulkSender(cells, files.layout(), offeredStripes != null);
        if (offeredStripes != null) {
            stripes.open(offeredStripes, cells, files.layout(), peer());
        }
        step = Step.MOVING;
        enter(TransferPhase.MOVING);
        if (delta == null) {
            startWholeDigests();
        } else {
            delta.ask();
        }
    }

    /** All is said of what the receiver has. Returns false if that cannot be. */
    private boolean settle() {
        FileSet wanted = FileSet.of(manifest, skippedEntries, tree::pathOfEntry);
        if (haveEnd > wanted.bytes()) {
            violation("ranges behind the end of the files");
            return false;
        }
        files = wanted;
        digests = new FileDigests(files.layout());
        cells = new BulkCells(files.bytes(), have.copy());
        wholeDigests = new WholeFileDigests(files, have.ranges(), verify);
        return true;
    }

    /** spec: STP-1 */
    private void onStripes(Stripes some) {
        if (offeredStripes != null || some.count() > connector.streams()) {
            violation("more connections than were asked for");
            return;
        }
        offeredStripes = some;
    }

    /** spec: DLT-1 */
    private void onBase(Base older) {
        if (base != null) {
            violation("a second base");
            return;
        }
        base = older;
        if (settle()) {
            delta = new DeltaSender(
                    base, ownBase, files.layout(), have.ranges(), cells, digests, workers, control, new DeltaHost());
            delta.begin();
        }
    }

    private void startWholeDigests() {
        if (!digesting && !wholeDigests.isDone()) {
            digesting = true;
            workers.disk().execute(this::digestWhole);
        }
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

    /** Whether every connection that has got hold of cells has sent them. */
    private boolean isAllSent() {
        return bulk.isDone() && (delta == null || delta.isDone()) && wholeDigests.isDone() && stripes.areDone();
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
            sent().forEach(part -> digests.merge(part.digests()));
            List<FileDigest> all = new ArrayList<>(files.count());
            for (int file = 0; file < files.count(); file++) {
                all.add(digest(file));
            }
            control.send(RecordPieces.ofDigests(all));
            control.send(new Done(files.bytes() - have.bytes() - reusedBytes()));
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
