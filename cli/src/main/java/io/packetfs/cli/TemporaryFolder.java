package io.packetfs.cli;

import io.packetfs.transfer.Texts;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** A folder that is gone, with all in it, when it is closed. */
public final class TemporaryFolder implements AutoCloseable {
    private final Path path;

    private TemporaryFolder(Path path) {
        this.path = path;
    }

    /**
     * Makes one.
     *
     * @param parent null for the usual place
     * @param neededBytes what there has to be room for
     */
    public static TemporaryFolder make(Path parent, long neededBytes) throws CommandException {
        try {
            Path path = parent == null
                    ? Files.createTempDirectory("pfs-udp-")
                    : Files.createTempDirectory(parent, "pfs-udp-");
            long usableBytes = Files.getFileStore(path).getUsableSpace();
            if (usableBytes < neededBytes) {
                Files.delete(path);
                throw new CommandException(
                        ExitCode.LOCAL_IO,
                        "local_io",
                        "not enough room in " + path.getParent() + ": " + Units.bytes(neededBytes) + " are needed, "
                                + Units.bytes(usableBytes) + " are free");
            }
            return new TemporaryFolder(path);
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.LOCAL_IO, "local_io", "cannot make a temporary folder: " + Texts.reason(e));
        }
    }

    /** Where something of this name lies in it. */
    public Path file(String name) {
        return path.resolve(name);
    }

    @Override
    public void close() {
        try {
            Files.walkFileTree(path, new SimpleFileVisitor<>() {
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
            System.err.println("pfs-udp: " + path + " could not be removed: " + e.getMessage());
        }
    }
}
