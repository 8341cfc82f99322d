package io.packetfs.transfer.manifest;

/**
 * One file, directory or symbolic link of a transfer.
 *
 * @param path relative, with {@code /} between components
 * @param target where a link points to; empty for all others
 * @param sizeBytes a file's size; 0 for all others
 * @param modifiedNs modification time in nanoseconds since 1970, UTC
 */
public record ManifestEntry(
        EntryKind kind, String path, String target, long sizeBytes, boolean executable, long modifiedNs) {
    public boolean isFile() {
        return kind == EntryKind.FILE;
    }

    /** The component of the path before the first {@code /}. */
    public String top() {
        int slash = path.indexOf('/');
        return slash < 0 ? path : path.substring(0, slash);
    }

    /** The path of the directory that holds this entry, or empty for one that has none. */
    public String parent() {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }
}
