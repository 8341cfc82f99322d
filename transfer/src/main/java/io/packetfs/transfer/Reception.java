package io.packetfs.transfer;

import io.packetfs.blob.FileLayout;
import io.packetfs.blob.LandingException;
import io.packetfs.blob.Sha256;
import io.packetfs.blob.SourceException;
import io.packetfs.blob.TreeLanding;
import io.packetfs.blob.TreeSource;
import io.packetfs.transfer.ResumeJournal.Piece;
import io.packetfs.transfer.record.ByteRange;
import io.packetfs.transfer.record.EntryStatus;
import io.packetfs.transfer.record.FileDigest;
import io.packetfs.transfer.record.ResultCode;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A transfer of files that has room on the disk. {@link #onLanded} and {@link #onTime} are for the agent's thread while grams come;
 * {@link #finish} and {@link #abandon} for the disk thread when none come any more.
 */
final class Reception {
    /** How much time between two notes in the journal. */
    private static final long JOURNAL_INTERVAL_NS = 1_000_000_000L;

    private final Staging staging;
    private final FileSet files;
    private final TreeLanding landing;
    private final ResumeJournal journal;
    private final DeltaBase base;
    private final boolean withSha256;
    private final List<EntryStatus> skipped;
    private final List<Piece> resumed;
    private final List<Piece> unrecorded = new ArrayList<>();
    private long recordedNs;
    private ReceptionResult result;

    /**
     * Reads back what an earlier attempt has brought.
     *
     * @param journal null if nothing is kept for a later attempt
     * @param base older content that may be used; null if there is none
     * @param withSha256 whether to digest what was written with SHA-256 also when the sender does not
     */
    Reception(
            Staging staging,
            FileSet files,
            TreeLanding landing,
            ResumeJournal journal,
            DeltaBase base,
            boolean withSha256) {
        this.staging = staging;
        this.files = files;
        this.landing = landing;
        this.journal = journal;
        this.base = base;
        this.withSha256 = withSha256;
        skipped = staging.statuses();
        resumed = journal == null ? List.of() : journal.verified(landing);
    }

    /**
     * Reserves the space that is needed.
     *
     * @throws RefusedException if there is not enough
     */
    void reserve() throws RefusedException {
        try {
            landing.reserve();
        } catch (LandingException e) {
            throw new RefusedException(ResultCode.LOCAL_IO, e.getMessage());
        }
    }

    FileSet files() {
        return files;
    }

    TreeLanding landing() {
        return landing;
    }

    /** Older content that may be used; null if there is none. */
    DeltaBase base() {
        return base;
    }

    /** What is said of entries before anything is sent. */
    List<EntryStatus> skipped() {
        return skipped;
    }

    /** What an earlier attempt has brought, and is still there. */
    List<Piece> resumed() {
        return resumed;
    }

    List<ByteRange> resumedRanges() {
        ByteRangeSet ranges = new ByteRangeSet();
        resumed.forEach(piece -> ranges.add(piece.offset(), piece.length()));
        return ranges.ranges();
    }

    long resumedBytes() {
        return resumed.stream().mapToLong(Piece::length).sum();
    }

    /** Whether what has come stays for a later attempt. */
    boolean keeps() {
        return journal != null;
    }

    /** Notes that a range has landed. */
    void onLanded(long offset, long length, int crc32c) {
        if (journal != null) {
            unrecorded.add(new Piece(offset, Math.toIntExact(length), crc32c));
        }
    }

    /** Notes that ranges have landed elsewhere, and are out of this process. */
    void onFlushed(List<Piece> pieces) {
        if (journal != null) {
            unrecorded.addAll(pieces);
        }
    }

    /** Writes the journal now and then. */
    void onTime(long nowNs) {
        if (!unrecorded.isEmpty() && nowNs - recordedNs >= JOURNAL_INTERVAL_NS) {
            recordedNs = nowNs;
            record();
        }
    }

    /** Compares all digests and gives the files their final names. */
    ReceptionResult finish(FileDigests digests, List<FileDigest> senderDigests) {
        Map<Integer, FileDigest> digestOfEntry = new TreeMap<>();
        boolean intact = true;
        try (landing) {
            for (int file = 0; file < files.count(); file++) {
                intact &= finishFile(file, digests.crc32c(file), senderDigests.get(file), digestOfEntry);
            }
        }
        staging.commit();
        if (journal != null) {
            journal.delete();
        }
        result = ReceptionResult.of(staging, files, digestOfEntry, intact);
        return result;
    }

    /**
     * Gives up, unless {@link #finish} was called.
     *
     * @return whether a later attempt can go on from here
     */
    boolean abandon() {
        if (result != null) {
            return false;
        }
        try (landing) {
            if (journal != null) {
                record();
                journal.close();
                return true;
            }
        } catch (LandingException e) {
            // What could not be written down is sent again.
            return journal != null;
        }
        staging.discard();
        return false;
    }

    /** The outcome; null before {@link #finish}. */
    ReceptionResult result() {
        return result;
    }

    private void record() {
        // What the journal says has come is out of this process first.
        landing.flush();
        journal.append(unrecorded);
        unrecorded.clear();
    }

    /** Returns false if the bytes are not those that were sent. */
    private boolean finishFile(int file, int crc32c, FileDigest expected, Map<Integer, FileDigest> digestOfEntry) {
        int entry = files.entryIndex(file);
        String name = Texts.printable(files.entry(file).path());
        try {
            landing.complete(file);
            FileDigest actual = new FileDigest(crc32c, withSha256 || expected.hasSha256() ? sha256(file) : "");
            boolean same = crc32c == expected.crc32c()
                    && (!expected.hasSha256() || expected.sha256().equals(actual.sha256()));
            if (!same) {
                staging.fail(
                        entry,
                        name + " is not what was sent: digest " + actual.text() + ", the sender's " + expected.text());
                return false;
            }
            digestOfEntry.put(entry, actual);
        } catch (LandingException | SourceException e) {
            staging.fail(entry, e.getMessage());
        }
        return true;
    }

    private String sha256(int file) {
        long sizeBytes = files.layout().sizeBytesOf(file);
        try (TreeSource written = new TreeSource(FileLayout.of(files.layout().path(file), sizeBytes))) {
            return HexFormat.of().formatHex(Sha256.of(written, 0, sizeBytes));
        }
    }
}
