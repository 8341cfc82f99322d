package io.packetfs.transfer;

import io.packetfs.blob.LandingException;
import io.packetfs.blob.TreeLanding;
import io.packetfs.transfer.manifest.Manifest;
import io.packetfs.transfer.record.ResultCode;
import io.packetfs.transfer.record.VerifyKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/** The folder that transfers are received into. {@link #prepare} blocks on the disk. */
public final class ReceiveFolder {
    private static final int KEY_BYTES = 4;

    private final Path path;
    private final OnExists onExists;
    private final boolean withSha256;
    private final SecureRandom random = new SecureRandom();

    private ReceiveFolder(Path path, OnExists onExists, VerifyKind verify) {
        this.path = path;
        this.onExists = onExists;
        withSha256 = verify == VerifyKind.SHA256;
    }

    /**
     * A folder, made if it is not there.
     *
     * @param verify the digest to report of what was written, whatever the sender sends
     * @throws TransferException if it cannot be made or written to
     */
    public static ReceiveFolder open(Path path, OnExists onExists, VerifyKind verify) throws TransferException {
        try {
            if (!Files.isDirectory(path)) {
                Files.createDirectories(path);
            }
            Path real = path.toRealPath();
            // Asking whether it is writable is not enough: a file system may be mounted read-only, or have no room for
            // a name.
            Files.delete(Files.createTempFile(real, ".pfs-", ".part"));
            return new ReceiveFolder(real, onExists, verify);
        } catch (IOException e) {
            throw new TransferException(FailureKind.LOCAL_IO, "cannot write to " + path + ": " + Texts.reason(e));
        }
    }

    public Path path() {
        return path;
    }

    /** Makes room for a transfer under temporary names. */
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
            TreeLanding landing = TreeLanding.open(files.layout());
            Reception reception = new Reception(staging, files, landing, journal, withSha256);
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
