package io.packetfs.transfer.manifest;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/** The entries of a transfer. Immutable; may be shared between threads. */
public final class Manifest {
    private final List<ManifestEntry> entries;
    private final TransferId id;
    private final long bytes;

    /** Of entries that keep the rules of {@link ManifestBuilder}. */
    Manifest(List<ManifestEntry> entries) {
        this.entries = List.copyOf(entries);
        id = idOf(entries);
        bytes = entries.stream().mapToLong(ManifestEntry::sizeBytes).sum();
    }

    public List<ManifestEntry> entries() {
        return entries;
    }

    /** Bytes of all files together. */
    public long bytes() {
        return bytes;
    }

    public TransferId id() {
        return id;
    }

    /** The digest of the entries as they are encoded. spec: MAN-5 */
    private static TransferId idOf(List<ManifestEntry> entries) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (ManifestEntry entry : entries) {
                digest.update(EntryCodec.encode(entry));
            }
            return TransferId.read(ByteBuffer.wrap(digest.digest()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
