package io.packetfs.cli;

import io.packetfs.transfer.Texts;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Takes a packet log: makes its SHA-256, and writes it to a file if one is wanted, which is complete before it appears under its name. What
 * goes wrong with the file is told at the end; the run goes on without it.
 */
final class PacketLogFile implements Appendable, AutoCloseable {
    private static final int PIECE_CHARACTERS = 8 * 1024;

    private final MessageDigest digest;
    private final StringBuilder piece = new StringBuilder();
    private final Path path;
    private final Path temporary;
    private OutputStream stream;
    private IOException failure;

    /**
     * Begins a log.
     *
     * @param path null for the digest only
     */
    PacketLogFile(Path path) throws CommandException {
        this.path = path;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
        try {
            boolean isReplaced = path != null && (!Files.exists(path) || Files.isRegularFile(path));
            temporary = isReplaced
                    ? Files.createTempFile(path.toAbsolutePath().getParent(), ".pfs-", ".part")
                    : path; // a device or a pipe is written to, never replaced
            stream = temporary == null ? null : new BufferedOutputStream(Files.newOutputStream(temporary));
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public Appendable append(CharSequence text) {
        piece.append(text);
        return written();
    }

    @Override
    public Appendable append(CharSequence text, int start, int end) {
        piece.append(text, start, end);
        return written();
    }

    @Override
    public Appendable append(char character) {
        piece.append(character);
        return written();
    }

    /** Ends the log; returns its SHA-256 in hexadecimal. */
    String finish() throws CommandException {
        flush();
        try {
            if (stream != null) {
                stream.close();
                stream = null;
            }
            if (failure == null && temporary != null && !temporary.equals(path)) {
                Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            failure = failure == null ? e : failure;
        }
        if (failure != null) {
            throw failure(failure);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Leaves nothing half-written behind. */
    @Override
    public void close() {
        try {
            if (stream != null) {
                stream.close();
            }
            if (temporary != null && !temporary.equals(path)) {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            failure = failure == null ? e : failure; // nobody asks any more
        }
    }

    private Appendable written() {
        if (piece.length() >= PIECE_CHARACTERS) {
            flush();
        }
        return this;
    }

    private void flush() {
        byte[] bytes = piece.toString().getBytes(StandardCharsets.US_ASCII);
        piece.setLength(0);
        digest.update(bytes);
        if (stream != null && failure == null) {
            try {
                stream.write(bytes);
            } catch (IOException e) {
                failure = e;
            }
        }
    }

    private CommandException failure(IOException e) {
        return new CommandException(ExitCode.LOCAL_IO, "local_io", "cannot write " + path + ": " + Texts.reason(e));
    }
}
