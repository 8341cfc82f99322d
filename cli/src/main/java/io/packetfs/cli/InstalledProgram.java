package io.packetfs.cli;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;

/** Programs that this machine may have. */
public final class InstalledProgram {
    private InstalledProgram() {}

    /** Null if it is not on the path. */
    public static Path find(String name) {
        String path = System.getenv("PATH");
        if (path == null) {
            return null;
        }
        for (String folder : path.split(File.pathSeparator, -1)) {
            Path program = Path.of(folder.isEmpty() ? "." : folder, name);
            if (Files.isExecutable(program)) {
                return program;
            }
        }
        return null;
    }
}
