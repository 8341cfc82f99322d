package io.packetfs.linux;

/** A map, a program or a link that the kernel holds for this process, until it is closed; pinned ones live on. */
public interface BpfObject extends AutoCloseable {
    /** The file descriptor, valid until it is closed. */
    int descriptor();

    /** Lets go of it: an unpinned program leaves its device with its last link. Idempotent. */
    @Override
    void close();
}
