package io.packetfs.transfer;

import io.packetfs.blob.LandingException;
import io.packetfs.blob.TreeLanding;
import io.packetfs.transfer.TargetPlan.Placement;
import io.packetfs.transfer.manifest.Manifest;
import io.packetfs.transfer.record.DeltaKey;
import io.packetfs.transfer.record.ResultCode;
import io.packetfs.transfer.record.VerifyKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** The folder that transfers are received into. {@link #prepare} blocks on the disk. */
public final class ReceiveFolder {
    private static final int KEY_BYTES = 4;

    private final Path path;
    private final OnExists onExists;
    private final boolean withSha256;
    private final Path base;
    private final SecureRandom random = new SecureRandom();
    private final BasesAhead ahead = new BasesAhead();

    private ReceiveFolder(Path path, OnExists onExists, VerifyKind verify, Path base) {
        this.path = path;
        this.onExists = onExists;
        withSha256 = verify == VerifyKind.SHA256;
        this.base = base;
    }

    /**
     * A folder, made if it is not there.
     *
     * @param verify the digest to report of what was written, whatever the sender sends
     * @throws TransferException if it cannot be made or written to
     */
    public static ReceiveFolder open(Path path, OnExists onExists, VerifyKind verify) throws TransferException {
        return open(path, onExists, verify, null);
    }

    /**
     * As {@link #open(Path, OnExists, VerifyKind)}, with older content that may hold parts of what is sent.
     *
     * @param base a file or directory; null for what lies at the names of the transfer, if that is to be resumed
     */
    public static ReceiveFolder open(Path path, OnExists onExists, VerifyKind verify, Path base)
            throws TransferException {
        if (base != null && !Files.isReadable(base)) {
            throw new TransferException("cannot read the base " + base);
        }
        try {
            if (!Files.isDirectory(path)) {
                Files.createDirectories(path);
            }
            Path real = path.toRealPath();
            // Asking whether it is writable is not enough: a file system may be mounted read-only, or have no room for
            // a name.
            Files.delete(Files.createTempFile(real, ".pfs-", ".part"));
            return new ReceiveFolder(real, onExists, verify, base == null ? null : base.toRealPath());
        } catch (IOException e) {
            throw new TransferException("cannot write to " + path + ": " + Texts.reason(e));
        }
    }

    /**
     * Begins to read, beside everything else, what the next transfer is likely to have as its base, so that it need not be read when the transfer
     * comes: the base if there is one, or else the newest of what may be resumed. To be called while nothing else is to be done; whatever transfer
     * comes ends it. Any thread may call, any number of times.
     */
    public void readAhead(Workers workers) {
        if (base != null) {
            workers.helpers().execute(() -> ahead.read(List.of(base), Long.MAX_VALUE, workers));
        } else if (onExists == OnExists.RESUME) {
            workers.helpers().execute(() -> ahead.read(BasesAhead.newestIn(path), BasesAhead.BYTES_MAX, workers));
        }
    }

    /** Makes way for a transfer under temporary names; {@link Reception#reserve} then makes room. */
    Reception prepare(Manifest manifest) throws RefusedException {
        TargetPlan plan = TargetPlan.of(path, manifest, onExists);
        Staging staging = new Staging(path, manifest, plan, onExists, key(manifest));
        FileSet files = FileSet.of(manifest, plan.skippedEntries(), staging::staged);
        ResumeJournal journal = null;
        boolean prepared = false;
        try {
            if (onExists == OnExists.RESUME) {
                journal = ResumeJournal.open(path, manifest.id());
            }
            requireFreeSpace(plan.wantedBytes(), journal);
            staging.create();
            TreeLanding landing = TreeLanding.attach(files.layout());
            Reception reception = new Reception(staging, files, landing, journal, base(plan), withSha256);
            prepared = true;
            return reception;
        } catch (LandingException e) {
            throw new RefusedException(ResultCode.LOCAL_IO, e.getMessage());
        } catch (IOException e) {
            throw new RefusedException(ResultCode.LOCAL_IO, "cannot write to " + path + ": " + Texts.reason(e));
        } finally {
            if (!prepared) {
                abandon(staging, journal);
            }
        }
    }

    /** A later attempt at the same transfer finds its files again by the key; any other never meets them. */
    private String key(Manifest manifest) {
        if (onExists == OnExists.RESUME) {
            return manifest.id().toString().substring(0, 2 * KEY_BYTES);
        }
        byte[] bytes = new byte[KEY_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Older content that may hold parts of what comes; null if there is none. */
    private DeltaBase base(TargetPlan plan) {
        BaseFiles files = base != null ? BaseFiles.under(base) : BaseFiles.named(path, replaced(plan));
        if (files.isEmpty()) {
            ahead.stop();
            return null;
        }
        byte[] key = new byte[DeltaKey.BYTES];
        random.nextBytes(key);
        return new DeltaBase(ahead.indexOf(files), DeltaKey.of(key));
    }

    /** The names of the transfer that are there already. */
    private List<String> replaced(TargetPlan plan) {
        return onExists != OnExists.RESUME
                ? List.of()
                : plan.placements().entrySet().stream()
                        .filter(each -> each.getValue() == Placement.REPLACE || each.getValue() == Placement.MERGE)
                        .map(Map.Entry::getKey)
                        .toList();
    }

    private void requireFreeSpace(long wantedBytes, ResumeJournal journal) throws IOException, RefusedException {
        long claimedBytes = journal == null ? 0 : journal.recordedBytes();
        long usableBytes = Files.getFileStore(path).getUsableSpace();
        if (wantedBytes - claimedBytes > usableBytes) {
            throw new RefusedException(
                    ResultCode.TOO_LARGE,
                    "no space left: " + wantedBytes + " bytes are to come, " + usableBytes + " are free in " + path);
        }
    }

    private static void abandon(Staging staging, ResumeJournal journal) {
        if (journal == null) {
            staging.discard();
        } else {
            journal.close();
        }
    }
}
