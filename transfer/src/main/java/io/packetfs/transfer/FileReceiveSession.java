package io.packetfs.transfer;

import io.packetfs.endpoint.ConnectionStats;
import io.packetfs.endpoint.DeliveredGram;
import io.packetfs.transfer.manifest.Manifest;
import io.packetfs.transfer.manifest.ManifestBuilder;
import io.packetfs.transfer.manifest.ManifestEntry;
import io.packetfs.transfer.record.FileDigest;
import io.packetfs.transfer.record.OfferKind;
import io.packetfs.transfer.record.RecordPieces;
import io.packetfs.transfer.record.ResultCode;
import io.packetfs.transfer.record.TransferRecord;
import io.packetfs.transfer.record.TransferRecord.Accept;
import io.packetfs.transfer.record.TransferRecord.Digests;
import io.packetfs.transfer.record.TransferRecord.Done;
import io.packetfs.transfer.record.TransferRecord.ManifestPiece;
import io.packetfs.transfer.record.TransferRecord.Offer;
import io.packetfs.transfer.record.VerifyKind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.zip.CRC32C;

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
        FINISHING
    }

    private final ReceiveFolder folder;
    private final ManifestBuilder listed = new ManifestBuilder();
    private final ByteRangeSet missing = new ByteRangeSet();
    private final List<FileDigest> senderDigests = new ArrayList<>();
    private Step step = Step.AWAITING_OFFER;
    private Offer offer;
    private Manifest manifest;
    private Reception reception;
    private FileDigests digests;
    private boolean doneHeard;
    private long deliveredBytes;
    private long deliveredGrams;
    private long deliveredDescriptors;

    /** A session that waits to be spoken to. */
    public FileReceiveSession(
            ReceiveFolder folder,
            Predicate<ReceiveSession> admission,
            Workers workers,
            LongSupplier clockNs,
            long stallTimeoutNs) {
        super(admission, workers, clockNs, stallTimeoutNs);
        this.folder = folder;
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
        } else if (record instanceof Digests some && moving) {
            onDigests(some);
        } else if (record instanceof Done done && moving) {
            onDone(done);
        } else {
            violation("an unexpected " + record.getClass().getSimpleName());
        }
    }

    @Override
    void onData(DeliveredGram gram) {
        // spec: LNS-4, FLO-3
        if (step != Step.MOVING || gram.lane() != Lanes.BULK || gram.blobId() != Lanes.BULK_BLOB_ID) {
            violation("a gram on lane " + gram.lane() + " that is not expected");
            return;
        }
        long offset = gram.descriptorOffset(0);
        long end = offset;
        for (int i = 0; i < gram.descriptorCount(); i++) {
            if (gram.descriptorOffset(i) != end) {
                violation("a gram that is not one consecutive range");
                return;
            }
            end += gram.descriptorLength(i);
        }
        long length = end - offset;
        if (length > Lanes.BULK_GRAM_BYTES || !missing.contains(offset, length)) {
            violation("a gram of bytes that are not wanted");
            return;
        }
        missing.remove(offset, length);
        digests.add(offset, length, gram.digest(), this::pieceCrc32c);
        deliveredBytes += length;
        deliveredGrams++;
        deliveredDescriptors += gram.descriptorCount();
        reception.onLanded(offset, length, gram.digest());
        finishIfWhole();
    }

    @Override
    void onReceiveTime(long nowNs) {
        if (step == Step.MOVING) {
            reception.onTime(nowNs);
        }
    }

    @Override
    boolean isReceiving() {
        // With all bytes here the sender may still be digesting its files.
        return step == Step.LISTING || (step == Step.MOVING && !missing.isEmpty());
    }

    @Override
    TransferProgress measureProgress(TransferPhase phase, ConnectionStats stats) {
        return new TransferProgress(
                phase,
                resumedBytes() + deliveredBytes,
                reception == null ? -1 : reception.files().bytes(),
                manifest == null ? 0 : manifest.entries().size(),
                stats == null ? 0 : stats.rttNsSmoothed(),
                stats == null ? 0 : stats.packetsRetransmitted());
    }

    @Override
    void onEnd(Failure cause) {
        if (reception != null) {
            connection().releaseLanding(Lanes.BULK_BLOB_ID);
        }
        workers.disk().execute(() -> {
            boolean kept = reception != null && reception.abandon();
            ReceptionResult result = reception == null ? null : reception.result();
            Failure shown = cause == null ? null : new Failure(cause.kind(), cause.message(), kept);
            complete(ReceiveReports.of(this, result, shown));
        });
    }

    Manifest manifest() {
        return manifest;
    }

    long deliveredBytes() {
        return deliveredBytes;
    }

    long resumedBytes() {
        return reception == null ? 0 : reception.resumedBytes();
    }

    long deliveredGrams() {
        return deliveredGrams;
    }

    long deliveredDescriptors() {
        return deliveredDescriptors;
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
            workers.agent().execute(() -> {
                if (!isEnded()) {
                    refuse(e.code(), e.getMessage());
                }
            });
        }
    }

    private void onPrepared(Reception prepared) {
        if (isEnded()) {
            workers.disk().execute(prepared::abandon);
            return;
        }
        reception = prepared;
        digests = new FileDigests(prepared.files().layout());
        if (prepared.files().bytes() > 0) {
            missing.add(0, prepared.files().bytes());
            connection().registerLanding(Lanes.BULK_BLOB_ID, prepared.landing());
        }
        prepared.resumed().forEach(piece -> {
            missing.remove(piece.offset(), piece.length());
            digests.add(piece.offset(), piece.length(), piece.crc32c(), this::pieceCrc32c);
        });
        control.send(RecordPieces.ofStatuses(prepared.skipped()));
        control.send(RecordPieces.ofHave(prepared.resumedRanges()));
        control.send(new Accept(missing.bytes(), prepared.resumedBytes(), prepared.keeps()));
        step = Step.MOVING;
        enter(TransferPhase.MOVING);
        pump();
    }

    private void onDigests(Digests some) {
        int known = senderDigests.size();
        boolean withSha256 = offer.verify() == VerifyKind.SHA256;
        if (some.firstFile() != known
                || some.digests().size() > reception.files().count() - known
                || some.digests().getFirst().hasSha256() != withSha256) {
            violation("digests that do not fit");
            return;
        }
        senderDigests.addAll(some.digests());
    }

    private void onDone(Done done) {
        long wantedBytes = reception.files().bytes() - reception.resumedBytes();
        if (senderDigests.size() != reception.files().count() || done.sentBytes() != wantedBytes) {
            violation("a DONE that does not add up");
            return;
        }
        doneHeard = true;
        finishIfWhole();
    }

    private void finishIfWhole() {
        if (!doneHeard || !missing.isEmpty()) {
            return;
        }
        step = Step.FINISHING;
        connection().releaseLanding(Lanes.BULK_BLOB_ID);
        enter(TransferPhase.FINISHING);
        workers.disk().execute(this::finish);
    }

    /** Runs on the disk thread. spec: FLO-5 */
    private void finish() {
        ReceptionResult finished = reception.finish(digests, senderDigests);
        workers.agent().execute(() -> onFinished(finished));
    }

    private void onFinished(ReceptionResult finished) {
        if (isEnded()) {
            return;
        }
        if (finished.failure() != null) {
            failWith(finished.failure());
        }
        report(finished.toRecord(deliveredBytes + resumedBytes(), elapsedNs()), finished.statuses());
    }

    private int pieceCrc32c(long offset, long length) {
        CRC32C crc = new CRC32C();
        reception.landing().updateDigest(crc, offset, Math.toIntExact(length));
        return (int) crc.getValue();
    }
}
