package io.packetfs.transfer;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Texts made fit to be shown: what came from a peer or a file system, and what went wrong there. */
public final class Texts {
    private Texts() {}

    /** The text with control characters replaced, so that it can do nothing to a terminal (spec: REC-4). */
    public static String printable(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '\uFFFD' : c)
                .forEach(shown::appendCodePoint);
        return shown.toString();
    }

    /** The system's error without the path, which Java puts before it. */
    public static String reason(IOException failure) {
        if (failure instanceof FileSystemException known && known.getReason() != null) {
            return known.getReason();
        }
        return switch (failure) {
            case NoSuchFileException missing -> "no such file or directory";
            case AccessDeniedException denied -> "permission denied";
            case FileAlreadyExistsException existing -> "a file of that name is there";
            default -> String.valueOf(failure.getMessage());
        };
    }
}
