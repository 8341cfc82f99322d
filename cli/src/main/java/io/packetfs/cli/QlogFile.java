package io.packetfs.cli;

import io.packetfs.protocol.trace.QlogTrace;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Gathers the records of one connection into chunks of whole records, and hands them to the thread that writes. For the agent's thread,
 * until that has ended.
 */
final class QlogFile implements QlogTrace.Sink {
    private static final int CHUNK_BYTES = 32 * 1024;

    private final QlogFolder folder;
    private final Path path;
    private byte[] chunk = new byte[CHUNK_BYTES];
    private int length;
    private boolean isEnded;

    QlogFile(QlogFolder folder, Path path) {
        this.folder = folder;
        this.path = path;
    }

    Path path() {
        return path;
    }

    @Override
    public void onRecord(CharSequence record) {
        byte[] bytes = record.toString().getBytes(StandardCharsets.UTF_8);
        if (length + bytes.length > chunk.length) {
            flush();
        }
        if (bytes.length > chunk.length) {
            chunk = new byte[bytes.length];
        }
        System.arraycopy(bytes, 0, chunk, length, bytes.length);
        length += bytes.length;
    }

    @Override
    public void onEnd() {
        if (!isEnded) {
            isEnded = true;
            handOn(true);
        }
    }

    /** Hands on what has gathered. */
    void flush() {
        if (length > 0) {
            handOn(false);
        }
    }

    private void handOn(boolean isLast) {
        folder.write(this, Arrays.copyOf(chunk, length), isLast);
        length = 0;
    }
}
