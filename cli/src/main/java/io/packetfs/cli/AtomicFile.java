package io.packetfs.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files that are complete before they appear under their name. */
public final class AtomicFile {
    private AtomicFile() {}

    /** Writes a text for everybody the umask lets read it. */
    public static void write(Path path, String text) throws IOException {
        write(path, text, "rw-r--r--");
    }

    /** Writes a text that only its owner may read. */
    static void writeSecret(Path path, String text) throws IOException {
        write(path, text, "rw-------");
    }

    private static void write(Path path, String text, String permissions) throws IOException {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            // A device or a pipe is written to, never replaced.
            Files.write(path, text.getBytes(StandardCharsets.UTF_8));
            return;
        }
        Set<PosixFilePermission> mode = PosixFilePermissions.fromString(permissions);
        Path folder = path.toAbsolutePath().getParent();
        Path temporary = Files.createTempFile(folder, ".pfs-", ".part", PosixFilePermissions.asFileAttribute(mode));
        try {
            Files.write(temporary, text.getBytes(StandardCharsets.UTF_8));
            Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
