package io.packetfs.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A file system of its own, for tests of disks that are full, read-only or unable to reserve. It takes root to mount one. */
final class MountedFolder implements AutoCloseable {
    private final Path path;

    private MountedFolder(Path path) {
        this.path = path;
    }

    /** Mounts over an existing folder; where that is not allowed the test is skipped, and says so. */
    static MountedFolder mount(Path path, String type, String options) throws IOException {
        String refusal = run("mount", "-t", type, "-o", options, "packetfs-test", path.toString());
        if (!refusal.isEmpty()) {
            System.out.println("skipped, because a " + type + " cannot be mounted: " + refusal);
        }
        assumeTrue(refusal.isEmpty(), refusal);
        return new MountedFolder(path);
    }

    Path path() {
        return path;
    }

    void makeReadOnly() throws IOException {
        assertThat(run("mount", "-o", "remount,ro", path.toString())).isEmpty();
    }

    @Override
    public void close() throws IOException {
        assertThat(run("umount", path.toString())).isEmpty();
    }

    /** Returns what the command complained about; empty if it succeeded. */
    private static String run(String... command) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(command));
        try {
            Process process =
                    new ProcessBuilder(arguments).redirectErrorStream(true).start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.waitFor() == 0 ? "" : arguments + " failed: " + printed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + arguments, e);
        }
    }
}
