package io.packetfs.blob;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.LinkedHashMap;
import java.util.Map;

/** The open files of a layout: at most {@link #COUNT_MAX}, the least recently used is closed for the next. */
final class OpenFiles implements AutoCloseable {
    static final int COUNT_MAX = 64;

    /** Opens the file with a number. */
    @FunctionalInterface
    interface Opener {
        FileChannel open(int file) throws IOException;
    }

    private final Map<Integer, FileChannel> channels = new LinkedHashMap<>(2 * COUNT_MAX, 0.75f, true);
    private final Opener opener;
    private long openCount;

    OpenFiles(Opener opener) {
        this.opener = opener;
    }

    FileChannel channel(int file) throws IOException {
        FileChannel channel = channels.get(file);
        // An interrupted thread finds its channel closed.
        if (channel == null || !channel.isOpen()) {
            if (channels.size() >= COUNT_MAX) {
                close(channels.keySet().iterator().next());
            }
            channel = opener.open(file);
            openCount++;
            channels.put(file, channel);
        }
        return channel;
    }

    /** How often a file was opened. */
    long openCount() {
        return openCount;
    }

    /** Closes one file if it is open. */
    void close(int file) throws IOException {
        FileChannel channel = channels.remove(file);
        if (channel != null) {
            channel.close();
        }
    }

    /** Closes all, also when closing one of them fails. */
    @Override
    public void close() throws IOException {
        IOException failure = null;
        for (FileChannel channel : channels.values()) {
            try {
                channel.close();
            } catch (IOException e) {
                failure = e;
            }
        }
        channels.clear();
        if (failure != null) {
            throw failure;
        }
    }
}
