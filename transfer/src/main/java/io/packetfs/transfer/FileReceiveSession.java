package io.packetfs.transfer;

import io.packetfs.blob.LandingException;
import io.packetfs.endpoint.ConnectionStats;
import io.packetfs.endpoint.DeliveredGram;
import io.packetfs.protocol.ReasonCode;
import io.packetfs.transfer.ReceiveStripe.Legacy;
import io.packetfs.transfer.ResumeJournal.Piece;
import io.packetfs.transfer.manifest.Manifest;
import io.packetfs.transfer.manifest.ManifestBuilder;
import io.packetfs.transfer.manifest.ManifestEntry;
import io.packetfs.transfer.record.FileDigest;
import io.packetfs.transfer.record.OfferKind;
import io.packetfs.transfer.record.RecordPieces;
import io.packetfs.transfer.record.ResultCode;
import io.packetfs.transfer.record.StripeKey;
import io.packetfs.transfer.record.TransferRecord;
import io.packetfs.transfer.record.TransferRecord.Accept;
import io.packetfs.transfer.record.TransferRecord.Chunks;
import io.packetfs.transfer.record.TransferRecord.Digests;
import io.packetfs.transfer.record.TransferRecord.Done;
import io.packetfs.transfer.record.TransferRecord.ManifestPiece;
import io.packetfs.transfer.record.TransferRecord.Offer;
import io.packetfs.transfer.record.TransferRecord.Stripe;
import io.packetfs.transfer.record.TransferRecord.Stripes;
import io.packetfs.transfer.record.VerifyKind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * The receiver of files (spec: FLO). Bytes lie in their temporary files when their gram is delivered; the disk thread makes room before,
 * and gives final names after.
 */
public final class FileReceiveSession extends ReceiveSession {
    private enum Step {
        AWAITING_OFFER,
        LISTING,
        PREPARING,
        MOVING,
        FINISHING,
        /** This connection is a further one of another session's transfer. */
        STRIPE
    }

    private final ReceiveFolder folder;
    private final StripeDirectory directory;
    private final ManifestBuilder listed = new ManifestBuilder();
    private final List<FileDigest> senderDigests = new ArrayList<>();
    private Step step = Step.AWAITING_OFFER;
    private Offer offer;
    private Manifest manifest;
    private BulkReceiver bulk;
    private DeltaReceiver delta;
    private StripeHub hub;
    private StripeKey hubKey;
    private ReceiveStripe stripe;
    private boolean doneHeard;

    /** A session that waits to be spoken to, for transfers over one connection each. */
    public FileReceiveSession(
            ReceiveFolder folder,
            Predicate<ReceiveSession> admission,
            Workers workers,
            LongSupplier clockNs,
            long stallTimeoutNs) {
        this(folder, StripeDirectory.NONE, admission, workers, clockNs, stallTimeoutNs);
    }

    /**
     * A session that waits to be spoken to.
     *
     * @param directory where further connections find this transfer, or this connection the transfer that it is a stripe of
     */
    public FileReceiveSession(
            ReceiveFolder folder,
            StripeDirectory directory,
            Predicate<ReceiveSession> admission,
            Workers workers,
            LongSupplier clockNs,
            long stallTimeoutNs) {
        super(admission, workers, clockNs, stallTimeoutNs);
        this.folder = folder;
        this.directory = directory;
    }

    @Override
    void onOffer(Offer first) {
        if (first.kind() != OfferKind.FILES) {
            refuse(ResultCode.NOT_WANTED, "a stream was offered where files are expected; receive it with -o -");
            return;
        }
        offer = first;
        step = Step.LISTING;
        finishListing();
    }

    @Override
    void onLaterRecord(TransferRecord record) {
        boolean moving = step == Step.MOVING && !doneHeard;
        if (record instanceof ManifestPiece piece && step == Step.LISTING) {
            onManifest(piece);
        } else if (record instanceof Chunks chunks && moving && delta != null) {
            String fault = delta.onChunks(chunks);
            if (fault != null) {
                violation(fault);
            }
        } else if (record instanceof Digests some && moving) {
            onDigests(some);
        } else if (record instanceof Done done && moving) {
            onDone(done);
        } else {
            violation("an unexpected " + record.getClass().getSimpleName());
        }
    }

    /** spec: STP-2 */
    @Override
    void onStripe(Stripe name) {
        StripeHub other = directory.find(name.key());
        if (step != Step.AWAITING_OFFER || other == null) {
            violation("a stripe of no transfer");
            return;
        }
        step = Step.STRIPE;
        stripe = new ReceiveStripe(name, other, connection(), workers, () -> {
            control.send(name);
            pump();
        });
        other.post(() -> other.join(stripe));
    }

    @Override
    void onConnectionClosed(int reason, String message, boolean byPeer) {
        if (stripe != null) {
            stripe.onClosed(reason, message, byPeer);
        }
    }

    @Override
    void onData(DeliveredGram gram) {
        if (stripe != null) {
            if (!stripe.onData(gram)) {
                violation("a gram on lane " + gram.lane() + " that is not expected");
            }
            return;
        }
        // spec: LNS-6, FLO-3
        if (step != Step.MOVING || gram.lane() != Lanes.BULK || !gram.isPlacedIn(Lanes.BULK_BLOB_ID)) {
            violation("a gram on lane " + gram.lane() + " that is not expected");
            return;
        }
        String fault = bulk.onGram(gram);
        if (fault == null) {
            finishIfWhole();
        } else {
            violation(fault);
        }
    }

    @Override
    void onReceiveTime(long nowNs) {
        if (step == Step.MOVING) {
            bulk.onTime(nowNs);
        } else if (step == Step.STRIPE) {
            flushStripe(nowNs);
        }
    }

    private void flushStripe(long nowNs) {
        try {
            stripe.onTime(nowNs);
        } catch (LandingException e) {
            stripe.onClosed(ReasonCode.LOCAL_IO, e.getMessage(), false);
            failLocally(e.getMessage());
        }
    }

    @Override
    boolean isReceiving() {
        boolean answered = delta == null || (delta.isIdle() && (delta.isAsked() || bulk.deliveredBytes() > 0));
        // With all bytes here the sender may still be digesting its files.
        return step == Step.LISTING || (step == Step.MOVING && !bulk.isWhole() && answered);
    }

    @Override
    TransferProgress measureProgress(TransferPhase phase, ConnectionStats stats) {
        return TransferProgress.of(
                phase,
                bulk == null ? 0 : landedBytes(stats),
                bulk == null ? -1 : bulk.files().bytes(),
                manifest == null ? 0 : manifest.entries().size(),
                stats);
    }

    /** Without waiting for grams to be whole: over a slow path one takes seconds. */
    private long landedBytes(ConnectionStats stats) {
        long pendingBytes = stats == null || bulk.isWhole() ? 0 : stats.gramBytesPending();
        return Math.min(bulk.files().bytes(), resumedBytes() + reusedBytes() + deliveredBytes() + pendingBytes);
    }

    @Override
    void onEnd(Failure cause) {
        if (bulk != null) {
            connection().releaseLanding(Lanes.BULK_BLOB_ID);
        }
        if (hub == null) {
            leave(cause);
            return;
        }
        directory.close(hubKey);
        hub.leave(this::inherit, () -> leave(cause));
        hub.close();
    }

    private void leave(Failure cause) {
        workers.disk().execute(() -> {
            closeDelta();
            boolean kept = bulk != null && bulk.abandon();
            ReceptionResult result = bulk == null ? null : bulk.reception().result();
            Failure shown = cause == null ? null : new Failure(cause.kind(), cause.message(), kept);
            complete(ReceiveReports.of(this, result, shown));
        });
    }

    /** What becomes of the further connections of this transfer. */
    private final class HubHost implements StripeHub.Host {
        @Override
        public boolean takesStripes() {
            return step == Step.MOVING && !isEnded();
        }

        @Override
        public void onStripeLanded(BulkRange range, int descriptors) {
            if (isEnded() || step != Step.MOVING) {
                return;
            }
            if (!bulk.onElsewhere(range, descriptors)) {
                violation("a gram of bytes that are not wanted");
                return;
            }
            noteProgress();
            finishIfWhole();
        }

        @Override
        public void onStripeFlushed(List<Piece> pieces) {
            if (step == Step.MOVING && !isEnded()) {
                bulk.onFlushed(pieces);
            }
        }

        /** spec: STP-4 */
        @Override
        public void onStripeClosed(int reason, String message, boolean byPeer) {
            if (isEnded() || isLastWordSaid()) {
                return;
            }
            end(CloseReasons.failure(reason, message, byPeer, "sender"));
            connection().close(CloseReasons.told(reason), message);
        }
    }

    /** What becomes of the sender's questions. */
    private final class DeltaHost implements DeltaReceiver.Host {
        @Override
        public void onCopied(List<Piece> pieces) {
            if (step == Step.MOVING && !isEnded()) {
                noteProgress();
                bulk.onCopied(pieces);
            }
        }

        @Override
        public void onDecided() {
            if (step == Step.MOVING && !isEnded()) {
                pump();
                finishIfWhole();
            }
        }

        @Override
        public void onFault(String message) {
            failLocally(message);
        }
    }

    private void closeDelta() {
        if (delta != null) {
            delta.close();
        }
    }

    Manifest manifest() {
        return manifest;
    }

    long deliveredBytes() {
        return bulk == null ? 0 : bulk.deliveredBytes();
    }

    long resumedBytes() {
        return bulk == null ? 0 : bulk.reception().resumedBytes();
    }

    long reusedBytes() {
        return delta == null ? 0 : delta.reusedBytes();
    }

    long deliveredGrams() {
        return bulk == null ? 0 : bulk.deliveredGrams();
    }

    long deliveredDescriptors() {
        return bulk == null ? 0 : bulk.deliveredDescriptors();
    }

    private void onManifest(ManifestPiece piece) {
        if (piece.firstEntry() != listed.entryCount()
                || piece.entries().size() > offer.entryCount() - listed.entryCount()) {
            violation("a piece of the manifest that does not fit");
            return;
        }
        for (ManifestEntry entry : piece.entries()) {
            String fault = listed.add(entry);
            if (fault != null) {
                refuse(ResultCode.MANIFEST_INVALID, fault);
                return;
            }
        }
        finishListing();
    }

    private void finishListing() {
        if (listed.entryCount() < offer.entryCount()) {
            return;
        }
        manifest = listed.build();
        if (!manifest.id().equals(offer.transferId()) || manifest.bytes() != offer.byteCount()) {
            refuse(ResultCode.MANIFEST_INVALID, "the manifest is not the one that was offered");
            return;
        }
        step = Step.PREPARING;
        workers.disk().execute(this::prepare);
    }

    /** Runs on the disk thread. spec: FLO-2 */
    private void prepare() {
        try {
            Reception prepared = folder.prepare(manifest);
            workers.agent().execute(() -> onPrepared(prepared));
        } catch (RefusedException e) {
            workers.agent().execute(() -> onRefused(e));
        }
    }

    private void onRefused(RefusedException cause) {
        if (!isEnded()) {
            refuse(cause.code(), cause.getMessage());
        }
    }

    private void onPrepared(Reception prepared) {
        if (isEnded()) {
            workers.disk().execute(prepared::abandon);
            return;
        }
        bulk = new BulkReceiver(prepared);
        if (prepared.files().bytes() > 0) {
            connection().registerLanding(Lanes.BULK_BLOB_ID, prepared.landing());
        }
        control.send(RecordPieces.ofStatuses(prepared.skipped()));
        control.send(RecordPieces.ofHave(prepared.resumedRanges()));
        if (prepared.base() != null && !bulk.isWhole()) {
            delta = new DeltaReceiver(
                    prepared.base(), prepared.files().layout(), bulk.missing(), workers, control, new DeltaHost());
        }
        offerOtherWays();
        // The sender that hears of a base now begins to read meanwhile.
        pump();
        workers.disk().execute(this::reserve);
    }

    /** Runs on the disk thread. spec: FLO-2 */
    private void reserve() {
        try {
            bulk.reception().reserve();
            workers.agent().execute(this::accept);
        } catch (RefusedException e) {
            workers.agent().execute(() -> onRefused(e));
        }
    }

    private void accept() {
        if (isEnded()) {
            return;
        }
        control.send(new Accept(
                bulk.missing().bytes(), resumedBytes(), bulk.reception().keeps()));
        step = Step.MOVING;
        enter(TransferPhase.MOVING);
        pump();
    }

    /** spec: STP-1, DLT-1 */
    private void offerOtherWays() {
        if (delta != null) {
            delta.begin();
            return;
        }
        int count = Math.min(offer.streams(), directory.streamsMax());
        if (count > 1) {
            hub = new StripeHub(new HubHost(), workers, bulk.files().layout(), count);
            hubKey = directory.open(hub);
            control.send(new Stripes(count, hubKey));
        }
    }

    private void onDigests(Digests some) {
        int known = senderDigests.size();
        boolean withSha256 = offer.verify() == VerifyKind.SHA256;
        if (some.firstFile() != known
                || some.digests().size() > bulk.files().count() - known
                || some.digests().getFirst().hasSha256() != withSha256) {
            violation("digests that do not fit");
            return;
        }
        senderDigests.addAll(some.digests());
    }

    private void onDone(Done done) {
        long wantedBytes = bulk.files().bytes() - resumedBytes() - reusedBytes();
        boolean decided = delta == null || delta.isIdle();
        if (!decided || senderDigests.size() != bulk.files().count() || done.sentBytes() != wantedBytes) {
            violation("a DONE that does not add up");
            return;
        }
        doneHeard = true;
        finishIfWhole();
    }

    private void finishIfWhole() {
        if (!doneHeard || !bulk.isWhole()) {
            return;
        }
        step = Step.FINISHING;
        connection().releaseLanding(Lanes.BULK_BLOB_ID);
        enter(TransferPhase.FINISHING);
        if (hub == null) {
            workers.disk().execute(() -> {
                // What is replaced is freed when the copier closes it, and the sender need not wait for that.
                finish();
                closeDelta();
            });
        } else {
            directory.close(hubKey);
            hub.leave(this::inherit, this::finishUnlessEnded);
        }
    }

    private void inherit(Legacy legacy) {
        addStats(legacy.stats());
        bulk.inherit(legacy);
        if (legacy.fault() != null) {
            failLocally(legacy.fault());
        }
    }

    private void finishUnlessEnded() {
        if (!isEnded()) {
            workers.disk().execute(this::finish);
        }
    }

    /** Runs on the disk thread. spec: FLO-5 */
    private void finish() {
        ReceptionResult finished = bulk.finish(senderDigests);
        workers.agent().execute(() -> onFinished(finished));
    }

    private void onFinished(ReceptionResult finished) {
        if (isEnded()) {
            return;
        }
        if (finished.failure() != null) {
            failWith(finished.failure());
        }
        report(finished.toRecord(deliveredBytes() + resumedBytes() + reusedBytes(), elapsedNs()), finished.statuses());
    }
}
