package io.packetfs.blob;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A process's place among those that have a blob's file open: one of many, or alone. The kernel forgets a process's locks on a file when
 * it closes any descriptor of that file, so a process may have each file open once only, which this class sees to.
 */
final class BlobLock {
    private static final Set<Object> OPEN_HERE = ConcurrentHashMap.newKeySet();

    private final Object fileKey;
    private final String name;
    private FileChannel channel;
    private FileLock lock;

    private BlobLock(Object fileKey, String name) {
        this.fileKey = fileKey;
        this.name = name;
    }

    /** To be called before the file is opened. */
    static BlobLock of(Path path, String name) throws IOException, BlobException {
        Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        Object known = key == null ? path.toRealPath() : key;
        if (!OPEN_HERE.add(known)) {
            throw new BlobException(name + " is open in this process already");
        }
        return new BlobLock(known, name);
    }

    /** Takes the lock for the first time. */
    void acquire(FileChannel opened, boolean alone) throws IOException, BlobException {
        channel = opened;
        lock = channel.tryLock(0, 1, !alone);
        if (lock == null) {
            throw new BlobException(name + " is " + (alone ? "open in" : "being filled by") + " another process");
        }
    }

    /** Becomes the only one that has the file open; if others have it, stays one of many and says so. */
    void beAlone() throws IOException, BlobException {
        lock.release();
        lock = channel.tryLock(0, 1, false);
        if (lock == null) {
            beOneOfMany();
            throw new BlobException(name + " is open in another process");
        }
    }

    void beOneOfMany() throws IOException {
        if (lock != null) {
            lock.release();
        }
        lock = channel.lock(0, 1, true);
    }

    /** To be called when the channel is closed, which releases the lock itself. */
    void forget() {
        OPEN_HERE.remove(fileKey);
    }
}
