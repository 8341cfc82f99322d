package io.packetfs.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * Files that are written as one blob, laid end to end; also a single file. Files are created as their first bytes come, in folders that
 * exist; a last path component that is a symbolic link is refused.
 *
 * <p>Bytes are gathered block-wise in a little staging memory, and a block goes to its files when it is full, or when its memory is
 * needed: half the cost of a mapping, and a full disk is an error here, where a mapping would fault. So what was written is safe from
 * the death of this process only after {@link #flush()} or {@link #complete}, and {@link #close()} drops what neither of them wrote.
 *
 * <p>Calling order: {@link #open}, then {@link #write} and {@link #updateDigest} as bytes come, {@link #flush} before somebody notes
 * down that they have come, {@link #complete} for each file, {@link #close}. One thread at a time. Limits: {@link #BLOCK_COUNT_MAX}
 * blocks of 256 KiB, of which 8 are used when nothing is lost, and 64 open files.
 */
public final class TreeLanding implements Landing, AutoCloseable {
    /** Enough for gaps to be repaired in memory while a quarter of a second passes at 1 Gbit/s. */
    public static final int BLOCK_COUNT_MAX = 128;

    /** Room for files of at least this size is reserved; for smaller ones it costs more than it saves. */
    public static final long RESERVED_FILE_BYTES_MIN = 1 << 20;

    /** Full blocks that wait for the digest of their gram, of the largest size. */
    private static final int IDLE_BLOCK_COUNT_MIN = 8;

    private static final int READ_BACK_BYTES = 64 * 1024;

    private final FileLayout layout;
    private final OpenFiles files;
    private final BlockPool<LandingBlock> pool;

    private ByteBuffer readBack;
    private long partialBlockCount;
    private long readBackCount;
    private long unreservedFileCount;

    private TreeLanding(FileLayout layout, int blockCountMax) {
        this.layout = layout;
        files = new OpenFiles(this::openFile);
        pool = new BlockPool<>(
                new LandingBlock[blockCountMax], IDLE_BLOCK_COUNT_MIN, layout.sizeBytes(), LandingBlock::new);
    }

    /**
     * A landing for these files. What is in them already stays: a landing may go on where another one ended.
     *
     * @throws LandingException if there is not enough room, or a large file cannot be created
     */
    public static TreeLanding open(FileLayout layout) {
        return open(layout, BLOCK_COUNT_MAX);
    }

    /**
     * As {@link #open(FileLayout)}, with another limit of staging memory.
     *
     * @param blockCountMax blocks of 256 KiB, at least 1
     */
    public static TreeLanding open(FileLayout layout, int blockCountMax) {
        TreeLanding landing = new TreeLanding(layout, blockCountMax);
        boolean reserved = false;
        try {
            landing.reserve();
            reserved = true;
            return landing;
        } finally {
            if (!reserved) {
                landing.close();
            }
        }
    }

    /**
     * As {@link #open(FileLayout)} where room is reserved already, or is going to be by {@link #reserve}: to ask for it again costs a walk over
     * all pages on a file system in memory.
     */
    public static TreeLanding attach(FileLayout layout) {
        return new TreeLanding(layout, BLOCK_COUNT_MAX);
    }

    @Override
    public long sizeBytes() {
        return layout.sizeBytes();
    }

    @Override
    public void write(long offset, byte[] source, int sourceOffset, int length) {
        Objects.checkFromIndexSize(offset, length, sizeBytes());
        for (int done = 0; done < length; ) {
            LandingBlock block = block(Block.indexOf(offset + done));
            int position = Block.positionOf(offset + done);
            int part = Math.min(length - done, Block.BYTES - position);
            block.put(position, source, sourceOffset + done, part);
            block.add(position, position + part);
            if (block.landed().contains(0, usedBytes(block))) {
                writeOut(block, 0, Block.BYTES);
            } else if (block.isCrowded()) {
                partialBlockCount++;
                writeOut(block, 0, Block.BYTES);
                block.landed().clear();
            }
            done += part;
        }
    }

    @Override
    public void updateDigest(CRC32C digest, long offset, int length) {
        Objects.checkFromIndexSize(offset, length, sizeBytes());
        for (int done = 0; done < length; ) {
            int position = Block.positionOf(offset + done);
            int part = Math.min(length - done, Block.BYTES - position);
            LandingBlock block = pool.find(Block.indexOf(offset + done));
            if (block != null && block.landed().contains(position, position + part)) {
                block.updateDigest(digest, position, part);
            } else {
                if (block != null) {
                    writeOut(block, position, position + part);
                }
                digestFiles(digest, offset + done, part);
            }
            done += part;
        }
    }

    /**
     * Hands to the kernel what is in staging memory: it then survives the death of this process, though not of the machine.
     *
     * @throws LandingException if it cannot be written
     */
    public void flush() {
        for (int i = 0; i < pool.count(); i++) {
            writeOut(pool.get(i), 0, Block.BYTES);
        }
    }

    /**
     * Writes what is left of a file whose bytes have all come, and closes it; an empty one is created. Whoever wants it safe from
     * the death of the machine forces it to disk afterwards.
     *
     * @throws LandingException if it cannot be written, created or closed
     */
    public void complete(int file) {
        long start = layout.startOf(file);
        long end = layout.startOf(file + 1);
        for (int i = 0; i < pool.count(); i++) {
            LandingBlock block = pool.get(i);
            long from = Math.max(start, block.start()) - block.start();
            long to = Math.min(end, block.start() + Block.BYTES) - block.start();
            if (from < to) {
                writeOut(block, (int) from, (int) to);
            }
        }
        try {
            if (start == end) {
                files.channel(file);
            }
            files.close(file);
        } catch (IOException e) {
            throw new LandingException("cannot complete " + layout.path(file) + ": " + Reasons.of(e), e);
        }
    }

    /** Blocks that went to their files before they were full. */
    public long partialBlockCount() {
        return partialBlockCount;
    }

    /** Digests for which bytes had to be read from their files again. */
    public long readBackCount() {
        return readBackCount;
    }

    /** Large files on file systems that cannot reserve room. */
    public long unreservedFileCount() {
        return unreservedFileCount;
    }

    /** How often a file was opened. */
    public long openCount() {
        return files.openCount();
    }

    /** Closes the files and frees the staging memory; what it still holds is dropped. Idempotent. */
    @Override
    public void close() {
        pool.close();
        try {
            files.close();
        } catch (IOException e) {
            throw new LandingException("cannot close a file that was written: " + Reasons.of(e), e);
        }
    }

    /**
     * Reserves room for large files.
     *
     * @throws LandingException if there is not enough, or a large file cannot be created
     */
    public void reserve() {
        for (int file = 0; file < layout.fileCount(); file++) {
            long sizeBytes = layout.sizeBytesOf(file);
            if (sizeBytes < RESERVED_FILE_BYTES_MIN) {
                continue;
            }
            try {
                if (!SpaceReservation.reserve(layout.path(file), files.channel(file), sizeBytes)) {
                    unreservedFileCount++;
                }
            } catch (IOException e) {
                throw failure("reserve " + sizeBytes + " bytes for", file, e);
            }
        }
    }

    private FileChannel openFile(int file) throws IOException {
        FileChannel channel = FileChannel.open(
                layout.path(file),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS);
        boolean cut = false;
        try {
            if (channel.size() > layout.sizeBytesOf(file)) {
                channel.truncate(layout.sizeBytesOf(file));
            }
            cut = true;
            return channel;
        } finally {
            if (!cut) {
                channel.close();
            }
        }
    }

    private LandingBlock block(long index) {
        LandingBlock block = pool.find(index);
        if (block == null) {
            block = pool.next();
            if (!block.isIdle()) {
                partialBlockCount++;
                writeOut(block, 0, Block.BYTES);
            }
            block.landed().clear();
            block.index(index);
        }
        return block;
    }

    private int usedBytes(LandingBlock block) {
        return (int) Math.min(Block.BYTES, sizeBytes() - block.start());
    }

    /** Writes what lies between two positions of a block and is not in its files yet. */
    private void writeOut(LandingBlock block, int from, int to) {
        RangeSet unwritten = block.unwritten();
        for (int range = 0; range < unwritten.count(); range++) {
            int start = Math.max(from, unwritten.start(range));
            int end = Math.min(to, unwritten.end(range));
            if (start < end) {
                writeFiles(block, start, end);
            }
        }
        unwritten.remove(from, to);
    }

    private void writeFiles(LandingBlock block, int from, int to) {
        int position = from;
        for (int file = layout.fileAt(block.start() + from); position < to; file++) {
            int part = (int) Math.min(to, layout.startOf(file + 1) - block.start()) - position;
            if (part > 0) {
                writeFile(file, block.start() + position - layout.startOf(file), block.bytes(position, part));
                position += part;
            }
        }
    }

    private void writeFile(int file, long position, ByteBuffer bytes) {
        int length = bytes.remaining();
        try {
            FileChannel channel = files.channel(file);
            long at = position;
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
        } catch (IOException e) {
            throw failure("write " + length + " bytes at " + position + " of", file, e);
        }
    }

    private void digestFiles(CRC32C digest, long offset, int length) {
        readBackCount++;
        if (readBack == null) {
            readBack = pool.allocate(READ_BACK_BYTES).asByteBuffer();
        }
        long at = offset;
        long end = offset + length;
        for (int file = layout.fileAt(offset); at < end; file++) {
            long partEnd = Math.min(end, layout.startOf(file + 1));
            while (at < partEnd) {
                readBack.clear().limit((int) Math.min(READ_BACK_BYTES, partEnd - at));
                at += readFile(file, at - layout.startOf(file));
                digest.update(readBack.flip());
            }
        }
    }

    private int readFile(int file, long position) {
        try {
            int bytes = files.channel(file).read(readBack, position);
            if (bytes < 0) {
                throw new LandingException(layout.path(file) + " changed while it was written: it ends before byte "
                        + position + ", which had been written");
            }
            return bytes;
        } catch (IOException e) {
            throw failure("read back", file, e);
        }
    }

    private LandingException failure(String attempt, int file, IOException e) {
        return new LandingException(
                "cannot " + attempt + " " + layout.path(file) + ": " + Reasons.of(e)
                        + Reasons.freeSpace(layout.path(file)),
                e);
    }
}
