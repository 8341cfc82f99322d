package io.packetfs.cli;

import io.packetfs.blob.Blob;
import io.packetfs.blob.BlobException;
import io.packetfs.blob.BlobHeader;
import io.packetfs.blob.BlobIdentity;
import io.packetfs.blob.BlobPlaces;
import io.packetfs.blob.SharedBlob;
import io.packetfs.blob.SharedBlob.Access;
import io.packetfs.endpoint.CommonBlob;

/** A blob of this host that the peer holds, too, open for reading. Closed after the engines that read it. */
final class HeldBlob implements AutoCloseable {
    private final SharedBlob shared;
    private final CommonBlob common;

    private HeldBlob(SharedBlob shared, CommonBlob common) {
        this.shared = shared;
        this.common = common;
    }

    /**
     * Opens it.
     *
     * @param name of a blob, or a path with a slash
     * @throws CommandException if it cannot be opened, or is known by nothing that the peer could agree on
     */
    static HeldBlob open(String name) throws CommandException {
        try {
            SharedBlob shared = SharedBlob.open(BlobPlaces.find(name), Access.READ);
            BlobHeader header = shared.header();
            if (header.identity().equals(BlobIdentity.NONE)) {
                shared.close();
                throw new BlobException(name
                        + " is known by nothing, so the peer cannot agree on it; pfs-udp blob fill gives it content");
            }
            return new HeldBlob(shared, new CommonBlob(header.identity().number(header.sizeBytes()), shared.blob()));
        } catch (BlobException e) {
            throw new CommandException(ExitCode.LOCAL_IO, "blob", e.getMessage());
        }
    }

    /** What the engine is told of it. */
    CommonBlob common() {
        return common;
    }

    Blob blob() {
        return shared.blob();
    }

    @Override
    public void close() {
        shared.close();
    }
}
