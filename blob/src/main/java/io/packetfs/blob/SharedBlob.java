package io.packetfs.blob;

import io.packetfs.linux.FileSpace.Reservation;
import io.packetfs.linux.Linux;
import io.packetfs.linux.MemoryAdvice.Advice;
import io.packetfs.linux.SystemCallException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A blob in a file that several processes of one host map: in {@code /dev/shm}, on hugetlbfs, on disk, or in memory without a name. Its
 * header says what it is, and what it is known by; a file that does not agree with its header is refused (spec: BLB).
 *
 * <p>A blob that is known by something is not written: whoever opens it to write must be alone, and takes that from it. One that is known
 * by nothing may be written by all who have it open. A process opens a file once, and its parts share the {@link #blob}. Called by its
 * owner, who closes it; for threads and memory see {@link Blob}.
 */
public final class SharedBlob implements AutoCloseable {
    /** What a blob is opened for. */
    public enum Access {
        READ,
        /** What the blob was known by is forgotten. */
        WRITE,
        /** As WRITE, also if filling it was interrupted; by one process alone. */
        FILL
    }

    private static final int ZEROS_BYTES = 1 << 20;
    private static final int PIECE_BYTES = 8 << 20;
    private static final int NO_DESCRIPTOR = -1;

    private final Path path;
    private final FileChannel channel;
    private final int descriptor;
    private final BlobLock lock;
    private final MemorySegment file;
    private final Blob blob;
    private final boolean writable;
    private BlobHeader header;

    private SharedBlob(
            Path path, FileChannel channel, int descriptor, BlobLock lock, Mapping mapping, BlobHeader header) {
        this.path = path;
        this.channel = channel;
        this.descriptor = descriptor;
        this.lock = lock;
        this.header = header;
        file = mapping.file();
        writable = !file.isReadOnly();
        blob = new Blob(
                mapping.arena()::close,
                file.asSlice(BlobHeader.DATA_OFFSET, header.sizeBytes()),
                header.pages(),
                mapping.reason());
    }

    private record Mapping(Arena arena, MemorySegment file, String reason) {}

    /**
     * Makes a blob of zeros, known by nothing, in a file that is not there yet, for its owner alone to open.
     *
     * @throws BlobException if there is not enough room, or the file is there
     */
    public static SharedBlob create(Path path, long sizeBytes, BlobPages pages) throws BlobException {
        Blob.checkSize(sizeBytes);
        BlobMemory.Choice choice = BlobPlaces.choose(path, pages);
        try {
            Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            throw new BlobException(path + " exists already", e);
        } catch (IOException e) {
            throw new BlobException("cannot make " + path + ": " + Reasons.of(e), e);
        }
        try {
            reserve(path, choice.pages().roundUp(BlobHeader.DATA_OFFSET + sizeBytes));
            return make(path, NO_DESCRIPTOR, sizeBytes, choice);
        } catch (IOException | SystemCallException e) {
            deleteQuietly(path);
            throw new BlobException("no blob of " + sizeBytes + " bytes as " + path + ": " + Reasons.of(e), e);
        } catch (BlobException | RuntimeException | Error e) {
            deleteQuietly(path);
            throw e;
        }
    }

    /**
     * As {@link #create}, in memory and without a name. While it is open, other processes of the same user find it as {@link #path()}.
     *
     * @param label what listings of open files show
     */
    public static SharedBlob inMemory(String label, long sizeBytes, BlobPages pages) throws BlobException {
        Blob.checkSize(sizeBytes);
        if (!Linux.isAvailable()) {
            throw new BlobException("no file in memory: " + Linux.unavailabilityCause());
        }
        BlobMemory.Choice choice = BlobPlaces.chooseInMemory(BlobHeader.DATA_OFFSET + sizeBytes, pages);
        int descriptor = NO_DESCRIPTOR;
        try {
            descriptor = Linux.memoryMaps().memoryFile(label, choice.pages().linux());
            Path path = Path.of("/proc/" + ProcessHandle.current().pid() + "/fd/" + descriptor);
            reserve(path, choice.pages().roundUp(BlobHeader.DATA_OFFSET + sizeBytes));
            return make(path, descriptor, sizeBytes, choice);
        } catch (IOException | SystemCallException e) {
            closeQuietly(descriptor);
            throw new BlobException("no blob of " + sizeBytes + " bytes in memory: " + Reasons.of(e), e);
        } catch (BlobException | RuntimeException | Error e) {
            closeQuietly(descriptor);
            throw e;
        }
    }

    /**
     * Opens a blob and checks that it is one: its header, its length, that it is complete, and if a seed made it, samples of its bytes.
     *
     * @throws BlobException with what is wrong
     */
    @SuppressWarnings("MustBeClosedChecker") // the blob's owner closes it
    public static SharedBlob open(Path path, Access access) throws BlobException {
        if (!Files.isRegularFile(path)) {
            throw new BlobException(Files.exists(path) ? path + " is no file" : "there is no blob " + path);
        }
        BlobLock lock = null;
        FileChannel channel = null;
        Arena arena = Arena.ofShared();
        try {
            lock = BlobLock.of(path, path.toString());
            channel = access == Access.READ
                    ? FileChannel.open(path, StandardOpenOption.READ)
                    : FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
            lock.acquire(channel, access == Access.FILL);
            MemorySegment file = mapWhole(channel, path, access, arena);
            BlobHeader header = BlobHeader.read(file, path.toString());
            Mapping mapping = new Mapping(arena, file, "as its file was made");
            SharedBlob shared = new SharedBlob(path, channel, NO_DESCRIPTOR, lock, mapping, header);
            shared.admit(access);
            return shared;
        } catch (IOException | SystemCallException e) {
            abandon(arena, channel, lock);
            throw new BlobException("cannot open " + path + ": " + Reasons.of(e), e);
        } catch (BlobException | RuntimeException | Error e) {
            abandon(arena, channel, lock);
            throw e;
        }
    }

    public Blob blob() {
        return blob;
    }

    public BlobHeader header() {
        return header;
    }

    /** The file; that of a blob in memory is there while it is open. */
    public Path path() {
        return path;
    }

    /**
     * Fills the blob with the bytes of a seed, by which it is known afterwards. What interrupts this leaves a blob that only {@link
     * Access#FILL} opens.
     *
     * @throws BlobException if another process has it open, or it is open for reading
     */
    public void fill(long seed, int threads) throws BlobException {
        alone(() -> {
            publish(header.with(false, BlobIdentity.NONE));
            SeededBytes.fill(blob.memory(), seed, threads);
            publish(header.with(true, BlobIdentity.ofSeed(seed)));
        });
    }

    /**
     * Takes over the content of a file, zeros behind it, and makes the blob known by the SHA-256 of that. What interrupts this leaves a blob
     * that only {@link Access#FILL} opens.
     *
     * @throws BlobException if the file does not fit or cannot be read, another process has the blob open, or it is open for reading
     */
    public void load(Path content) throws BlobException {
        try (FileChannel from = FileChannel.open(content, StandardOpenOption.READ)) {
            long bytes = from.size();
            if (bytes > header.sizeBytes()) {
                throw new BlobException(
                        content + " has " + bytes + " bytes, more than the " + header.sizeBytes() + " of " + path);
            }
            alone(() -> {
                publish(header.with(false, BlobIdentity.NONE));
                readInto(from, bytes);
                blob.memory().asSlice(bytes).fill((byte) 0);
                publish(header.with(true, BlobIdentity.ofSha256(BlobDigest.SHA256.of(blob.memory(), 1))));
            });
        } catch (IOException | UncheckedIOException e) {
            throw new BlobException("cannot read " + content + ": " + Reasons.of(e), e);
        }
    }

    private void readInto(FileChannel from, long bytes) {
        try {
            for (long at = 0; at < bytes; ) {
                ByteBuffer piece = blob.memory()
                        .asSlice(at, Math.min(PIECE_BYTES, bytes - at))
                        .asByteBuffer();
                int read = from.read(piece, at);
                if (read < 0) {
                    throw new EOFException("it became shorter while it was read");
                }
                at += read;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Makes the blob known by the SHA-256 of what it holds; it is not to be written afterwards.
     *
     * @throws BlobException if another process has it open, or it is open for reading
     */
    public void seal() throws BlobException {
        alone(() -> publish(header.with(true, BlobIdentity.ofSha256(BlobDigest.SHA256.of(blob.memory(), 1)))));
    }

    /**
     * Reads all bytes and compares them with what the blob is known by.
     *
     * @throws BlobException with the first byte that differs, or both digests
     */
    public void verify(int threads) throws BlobException {
        BlobContent.check(blob.memory(), header.identity(), threads, path.toString());
    }

    /**
     * Refuses a blob that is known by something else, or has another size.
     *
     * @throws BlobException with both
     */
    public void require(BlobIdentity identity, long sizeBytes) throws BlobException {
        if (!header.identity().equals(identity) || header.sizeBytes() != sizeBytes) {
            throw new BlobException(path + " is another blob: " + header.sizeBytes() + " bytes of " + header.identity()
                    + " instead of " + sizeBytes + " bytes of " + identity);
        }
    }

    /** Unmaps it; its file stays, unless it is one in memory that nobody else has open. */
    @Override
    public void close() {
        blob.close();
        closeQuietly(channel);
        closeQuietly(descriptor);
        lock.forget();
    }

    @SuppressWarnings("MustBeClosedChecker") // the blob's owner closes it
    private static SharedBlob make(Path path, int descriptor, long sizeBytes, BlobMemory.Choice choice)
            throws IOException, BlobException {
        BlobHeader header = BlobHeader.of(sizeBytes, choice.pages(), true, BlobIdentity.NONE);
        BlobLock lock = BlobLock.of(path, path.toString());
        FileChannel channel = null;
        Arena arena = Arena.ofShared();
        try {
            channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
            lock.acquire(channel, true);
            MemorySegment file = channel.map(MapMode.READ_WRITE, 0, header.fileBytes(), arena);
            advise(file, header);
            Mapping mapping = new Mapping(arena, file, choice.reason());
            SharedBlob shared = new SharedBlob(path, channel, descriptor, lock, mapping, header);
            shared.publish(header);
            lock.beOneOfMany();
            return shared;
        } catch (IOException | BlobException | RuntimeException | Error e) {
            abandon(arena, channel, lock);
            throw e;
        }
    }

    private static MemorySegment mapWhole(FileChannel channel, Path path, Access access, Arena arena)
            throws IOException, BlobException {
        long fileBytes = channel.size();
        if (fileBytes > 2 * Blob.SIZE_BYTES_MAX) {
            throw new BlobException(path + " is no blob: " + fileBytes + " bytes are more than any has");
        }
        MapMode mode = access == Access.READ ? MapMode.READ_ONLY : MapMode.READ_WRITE;
        return channel.map(mode, 0, fileBytes, arena);
    }

    private void admit(Access access) throws IOException, BlobException {
        advise(file, header);
        if (access == Access.FILL) {
            return;
        }
        if (!header.complete()) {
            throw new BlobException(path + " is not complete: filling it was interrupted; fill it again");
        }
        BlobContent.checkSamples(blob.memory(), header.identity(), path.toString());
        if (access == Access.WRITE && header.identity().kind() != BlobIdentity.Kind.NONE) {
            lock.beAlone();
            publish(header.with(true, BlobIdentity.NONE));
            lock.beOneOfMany();
        }
    }

    private void alone(Runnable change) throws BlobException {
        if (!writable) {
            throw new BlobException(path + " is open for reading");
        }
        try {
            lock.beAlone();
            change.run();
            lock.beOneOfMany();
        } catch (IOException e) {
            throw new BlobException("cannot lock " + path + ": " + Reasons.of(e), e);
        }
    }

    private void publish(BlobHeader newHeader) {
        header = newHeader;
        newHeader.write(file);
    }

    private static void advise(MemorySegment file, BlobHeader header) {
        if (header.pages() == BlobPages.TRANSPARENT && Linux.isAvailable()) {
            Linux.memoryAdvice().advise(file, Advice.HUGEPAGE);
        }
    }

    /** Finds out now whether there is room: a write that finds the file system full would be a fault in the JVM. */
    private static void reserve(Path path, long bytes) throws IOException, BlobException {
        if (Linux.isAvailable()) {
            if (Linux.fileSpace().space(path).type().equals("tmpfs")) {
                BlobMemory.requireAvailable(bytes);
            }
            if (Linux.fileSpace().reserve(path, bytes) == Reservation.RESERVED) {
                return;
            }
        }
        ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS_BYTES);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            for (long at = 0; at < bytes; ) {
                zeros.clear().limit((int) Math.min(ZEROS_BYTES, bytes - at));
                at += channel.write(zeros, at);
            }
        }
    }

    private static void abandon(Arena arena, FileChannel channel, BlobLock lock) {
        arena.close();
        closeQuietly(channel);
        if (lock != null) {
            lock.forget();
        }
    }

    private static void closeQuietly(FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // Nothing was written through it that could be lost.
            }
        }
    }

    private static void closeQuietly(int descriptor) {
        if (descriptor != NO_DESCRIPTOR) {
            Linux.memoryMaps().close(descriptor);
        }
    }

    private static void deleteQuietly(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            // What led here is told; an empty file is left.
        }
    }
}
