package io.packetfs.linux;

/**
 * A file system and the room on it.
 *
 * @param type its name, such as {@code ext4}, or its number in hexadecimal if it is none of the usual ones
 * @param totalBytes its size
 * @param freeBytes what this process may still use; the reserve of the superuser is not counted
 * @param readOnly whether it is mounted read-only
 */
public record FileSystemSpace(String type, long totalBytes, long freeBytes, boolean readOnly) {}
