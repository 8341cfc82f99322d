package io.packetfs.transfer;

/** What a receiver does when a file of that name is there already. */
public enum OnExists {
    /** Keep both: the new one gets another name. */
    RENAME,
    /** Keep the old one. */
    SKIP,
    /** Put the new one in its place. */
    OVERWRITE,
    /** As OVERWRITE, and go on with what an earlier attempt of the same transfer has left, and with what the old ones hold. */
    RESUME
}
