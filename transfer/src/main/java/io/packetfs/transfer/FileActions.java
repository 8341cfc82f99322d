package io.packetfs.transfer;

import io.packetfs.transfer.manifest.ManifestEntry;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.Set;

/** Small things done to files. */
final class FileActions {
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private FileActions() {}

    static void setModifiedTime(Path path, ManifestEntry entry) throws IOException {
        Files.setLastModifiedTime(path, time(entry));
    }

    /** Whoever may read it may run it. */
    static void makeExecutable(Path path) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
        if (permissions.contains(PosixFilePermission.OWNER_READ)) {
            permissions.add(PosixFilePermission.OWNER_EXECUTE);
        }
        if (permissions.contains(PosixFilePermission.GROUP_READ)) {
            permissions.add(PosixFilePermission.GROUP_EXECUTE);
        }
        if (permissions.contains(PosixFilePermission.OTHERS_READ)) {
            permissions.add(PosixFilePermission.OTHERS_EXECUTE);
        }
        Files.setPosixFilePermissions(path, permissions);
    }

    /** Removes a file, or a directory with all below it; follows no links. What cannot be removed stays. */
    static void deleteTree(Path root) {
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, IOException e) throws IOException {
                    Files.delete(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            // Left behind under a temporary name; there is nothing better to do about it while a transfer ends.
            return;
        }
    }

    private static FileTime time(ManifestEntry entry) {
        return FileTime.from(Instant.ofEpochSecond(
                Math.floorDiv(entry.modifiedNs(), NS_PER_SECOND), Math.floorMod(entry.modifiedNs(), NS_PER_SECOND)));
    }
}
