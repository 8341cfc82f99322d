package io.packetfs.blob;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What went wrong with a file, in words for people. */
final class Reasons {
    private Reasons() {}

    /** The system's error without the path, which Java puts before it. */
    static String of(IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (failure instanceof ClosedByInterruptException) {
            return "the thread was interrupted";
        }
        if (failure instanceof FileSystemException exception && exception.getReason() != null) {
            return exception.getReason();
        }
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    /** As {@link #of(IOException)}; of other exceptions, their message. */
    static String of(Exception failure) {
        return failure instanceof IOException input ? of(input) : failure.getMessage();
    }

    /** How many bytes are left where {@code file} lies, as the end of a sentence; empty if that is not known. */
    static String freeSpace(Path file) {
        try {
            return "; " + Files.getFileStore(file).getUsableSpace() + " bytes are free";
        } catch (IOException e) {
            return "";
        }
    }
}
