package io.packetfs.transfer;

import io.packetfs.endpoint.DeliveredGram;
import io.packetfs.transfer.ReceiveStripe.Legacy;
import io.packetfs.transfer.ResumeJournal.Piece;
import io.packetfs.transfer.record.FileDigest;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * What is there of the bytes of a transfer, and what is missing: they come over one connection or several, and out of what the receiver had
 * (spec: FLO-3, STP, DLT). Called on the agent's thread; {@link #finish} and {@link #abandon} are the disk thread's.
 */
final class BulkReceiver {
    private final Reception reception;
    private final FileDigests digests;
    private final ByteRangeSet missing = new ByteRangeSet();
    private long deliveredBytes;
    private long deliveredGrams;
    private long deliveredDescriptors;

    BulkReceiver(Reception reception) {
        this.reception = reception;
        digests = new FileDigests(reception.files().layout());
        if (reception.files().bytes() > 0) {
            missing.add(0, reception.files().bytes());
        }
        for (Piece piece : reception.resumed()) {
            missing.remove(piece.offset(), piece.length());
            addDigest(piece);
        }
    }

    /** A gram has landed over the transfer's first connection. Returns what is wrong with it, or null. */
    String onGram(DeliveredGram gram) {
        BulkRange range = BulkRange.of(gram);
        if (range == null || !missing.contains(range.offset(), range.length())) {
            return "a gram of bytes that are not wanted, or not one consecutive range";
        }
        digests.add(range.offset(), range.length(), gram.digest(), this::pieceCrc32c);
        reception.onLanded(range.offset(), range.length(), gram.digest());
        count(range, gram.descriptorCount());
        return null;
    }

    /** A gram has landed over another connection, which keeps its digest until {@link #inherit}. Returns whether it was missing. */
    boolean onElsewhere(BulkRange range, int descriptors) {
        if (!missing.contains(range.offset(), range.length())) {
            return false;
        }
        count(range, descriptors);
        return true;
    }

    private void count(BulkRange range, int descriptors) {
        missing.remove(range.offset(), range.length());
        deliveredBytes += range.length();
        deliveredGrams++;
        deliveredDescriptors += descriptors;
    }

    /** What landed over another connection is on the disk. */
    void onFlushed(List<Piece> pieces) {
        reception.onFlushed(pieces);
    }

    /** What was missing has been copied out of older content. */
    void onCopied(List<Piece> pieces) {
        pieces.forEach(this::addDigest);
        reception.onFlushed(pieces);
    }

    /** Another connection has done its part. */
    void inherit(Legacy legacy) {
        reception.onFlushed(legacy.unrecorded());
        if (legacy.fault() == null && legacy.digests() != null) {
            digests.merge(legacy.digests());
        }
    }

    void onTime(long nowNs) {
        reception.onTime(nowNs);
    }

    /** Runs on the disk thread. spec: FLO-5 */
    ReceptionResult finish(List<FileDigest> senderDigests) {
        return reception.finish(digests, senderDigests);
    }

    /** Runs on the disk thread. Returns whether a later attempt can go on from here. */
    boolean abandon() {
        return reception.abandon();
    }

    boolean isWhole() {
        return missing.isEmpty();
    }

    /** Live: what is to come from the sender. */
    ByteRangeSet missing() {
        return missing;
    }

    Reception reception() {
        return reception;
    }

    FileSet files() {
        return reception.files();
    }

    long deliveredBytes() {
        return deliveredBytes;
    }

    long deliveredGrams() {
        return deliveredGrams;
    }

    long deliveredDescriptors() {
        return deliveredDescriptors;
    }

    private void addDigest(Piece piece) {
        digests.add(piece.offset(), piece.length(), piece.crc32c(), this::pieceCrc32c);
    }

    private int pieceCrc32c(long offset, long length) {
        CRC32C crc = new CRC32C();
        reception.landing().updateDigest(crc, offset, Math.toIntExact(length));
        return (int) crc.getValue();
    }
}
