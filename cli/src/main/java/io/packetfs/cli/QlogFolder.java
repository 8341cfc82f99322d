package io.packetfs.cli;

import io.packetfs.protocol.trace.QlogTrace;
import io.packetfs.protocol.trace.Trace;
import io.packetfs.transfer.Texts;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A folder with a qlog file for each connection. Records are gathered on the agent's thread and written by one of its own, so that a slow
 * disk holds up nobody: what it does not take in time is dropped, by whole records, and counted. Memory is bounded by {@link
 * #CHUNKS_MAX} chunks and one for each connection.
 */
final class QlogFolder implements Trace.Supplier, AutoCloseable {
    private static final int CHUNKS_MAX = 128;
    private static final long CLOSE_TIMEOUT_MS = 2_000;

    private final Path folder;
    private final boolean wantsPackets;
    private final BlockingQueue<Runnable> work = new ArrayBlockingQueue<>(CHUNKS_MAX);
    private final Thread writer;

    /** Of the agent's thread, until that has ended. */
    private final List<QlogFile> open = new ArrayList<>();

    /** Of the writing thread. */
    private final Map<Path, OutputStream> streams = new HashMap<>();

    private final AtomicLong chunksDropped = new AtomicLong();

    // Written by the writing thread, read by the one that leaves with an exit code.
    private volatile String failure;

    // Written by who closes, read by the writing thread.
    private volatile boolean isClosed;

    private QlogFolder(Path folder, boolean wantsPackets) {
        this.folder = folder;
        this.wantsPackets = wantsPackets;
        writer = Thread.ofPlatform().daemon().name("pfs-qlog").unstarted(this::runWriter);
    }

    /** Makes the folder if there is none. */
    static QlogFolder open(Path folder, boolean wantsPackets) throws CommandException {
        try {
            Files.createDirectories(folder);
            // What may be written is best found out by writing.
            Files.delete(Files.createTempFile(folder, ".pfs-", ".part"));
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.LOCAL_IO, "local_io", "cannot write to " + folder + ": " + Texts.reason(e));
        }
        QlogFolder opened = new QlogFolder(folder, wantsPackets);
        opened.writer.start();
        return opened;
    }

    @Override
    public Trace trace(int connectionId, boolean isInitiator) {
        String name = String.format(Locale.ROOT, "%s-%08x.sqlog", isInitiator ? "send" : "recv", connectionId);
        QlogFile file = new QlogFile(this, folder.resolve(name));
        open.add(file);
        return new QlogTrace(file, System.currentTimeMillis(), wantsPackets);
    }

    /** Hands on what has gathered; for the agent's thread, some times in a second. */
    void onTick() {
        open.forEach(QlogFile::flush);
    }

    /**
     * What went wrong so far, with the name of the file; null if nothing did. Waits a while for what was handed on before, so that the answer
     * counts for it.
     */
    String failure() {
        CountDownLatch done = new CountDownLatch(1);
        try {
            if (work.offer(done::countDown, CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
                done.await(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (failure == null && chunksDropped.get() > 0) {
            return "cannot write to " + folder + " in time: " + chunksDropped + " blocks of records were left out";
        }
        return failure;
    }

    /** To be called when the agent's thread has ended. */
    @Override
    public void close() {
        List.copyOf(open).forEach(QlogFile::onEnd);
        isClosed = true;
        try {
            work.offer(() -> {}, CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS);
            writer.join(CLOSE_TIMEOUT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Hands records to the thread that writes. */
    void write(QlogFile file, byte[] records, boolean isLast) {
        if (isLast) {
            open.remove(file);
        }
        boolean isTaken = work.offer(() -> {
            append(file.path(), records);
            if (isLast) {
                end(file.path());
            }
        });
        if (!isTaken) {
            chunksDropped.incrementAndGet();
        }
    }

    private void runWriter() {
        try {
            while (!isClosed || !work.isEmpty()) {
                work.take().run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            List.copyOf(streams.keySet()).forEach(this::end);
        }
    }

    private void append(Path path, byte[] records) {
        try {
            OutputStream stream = streams.get(path);
            if (stream == null) {
                stream = Files.newOutputStream(path);
                streams.put(path, stream);
            }
            stream.write(records);
        } catch (IOException e) {
            fail(path, e);
        }
    }

    private void end(Path path) {
        OutputStream stream = streams.remove(path);
        if (stream != null) {
            try {
                stream.close();
            } catch (IOException e) {
                fail(path, e);
            }
        }
    }

    private void fail(Path path, IOException e) {
        if (failure == null) {
            failure = "cannot write " + path + ": " + Texts.reason(e);
        }
    }
}
