package io.packetfs.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * Files that are read as one blob, laid end to end; also a single file. Files are opened as they are reached.
 *
 * <p>Bytes are read block-wise into a little staging memory and copied from there: as fast as from a mapping, and a file that shrinks
 * shows as a short read, where a mapping would show zeros or a fault. A file whose size is not the one in the layout, or that
 * vanished before it was opened, raises {@link SourceException}.
 *
 * <p>One thread at a time. Limits: {@link #BLOCK_COUNT_MAX} blocks of 256 KiB, 64 open files.
 */
public final class TreeSource implements BlobSource, AutoCloseable {
    /** Enough for a few grams of the largest size to be in the making. */
    public static final int BLOCK_COUNT_MAX = 16;

    private static final long NO_BLOCK = -1;

    private final FileLayout layout;
    private final OpenFiles files;
    private final BlockPool<Block> pool;

    private long frontier = NO_BLOCK;
    private long lastMissed = NO_BLOCK;
    private long rangeReadCount;

    public TreeSource(FileLayout layout) {
        this.layout = layout;
        files = new OpenFiles(file -> FileChannel.open(layout.path(file), StandardOpenOption.READ));
        pool = new BlockPool<>(new Block[BLOCK_COUNT_MAX], BLOCK_COUNT_MAX, layout.sizeBytes(), Block::new);
    }

    @Override
    public long sizeBytes() {
        return layout.sizeBytes();
    }

    @Override
    public void read(long offset, byte[] target, int targetOffset, int length) {
        Objects.checkFromIndexSize(offset, length, sizeBytes());
        for (int done = 0; done < length; ) {
            long index = Block.indexOf(offset + done);
            int position = Block.positionOf(offset + done);
            int part = Math.min(length - done, Block.BYTES - position);
            Block block = pool.find(index);
            if (block == null && isRepair(index)) {
                readRange(offset + done, target, targetOffset + done, part);
            } else {
                Block loaded = block == null ? load(index) : block;
                loaded.get(position, target, targetOffset + done, part);
            }
            done += part;
        }
    }

    @Override
    public void updateDigest(CRC32C digest, long offset, int length) {
        Objects.checkFromIndexSize(offset, length, sizeBytes());
        for (int done = 0; done < length; ) {
            long index = Block.indexOf(offset + done);
            int position = Block.positionOf(offset + done);
            int part = Math.min(length - done, Block.BYTES - position);
            Block block = pool.find(index);
            (block == null ? load(index) : block).updateDigest(digest, position, part);
            done += part;
        }
    }

    /** Reads that took only the bytes asked for, because they went back behind what had been read. */
    public long rangeReadCount() {
        return rangeReadCount;
    }

    /** How often a file was opened. */
    public long openCount() {
        return files.openCount();
    }

    /** Closes the files and frees the staging memory. Idempotent. */
    @Override
    public void close() {
        pool.close();
        try {
            files.close();
        } catch (IOException e) {
            throw new SourceException("cannot close a file that was read: " + Reasons.of(e), e);
        }
    }

    /**
     * Whether a block that is not here is asked for again, for a few bytes that were lost on the way. Only the second such read of
     * one block in a row is worth the whole block.
     */
    private boolean isRepair(long index) {
        boolean repair = index < frontier && index != lastMissed;
        lastMissed = index;
        return repair;
    }

    private Block load(long index) {
        Block block = pool.next();
        // Until the read has succeeded the block stands for nothing.
        block.index(Block.UNUSED);
        long start = index * Block.BYTES;
        int length = (int) Math.min(Block.BYTES, sizeBytes() - start);
        readFiles(start, block.bytes(0, length));
        block.index(index);
        frontier = Math.max(frontier, index);
        return block;
    }

    private void readRange(long offset, byte[] target, int targetOffset, int length) {
        rangeReadCount++;
        readFiles(offset, ByteBuffer.wrap(target, targetOffset, length));
    }

    private void readFiles(long offset, ByteBuffer buffer) {
        int end = buffer.limit();
        long at = offset;
        for (int file = layout.fileAt(offset); buffer.position() < end; file++) {
            int part = (int) Math.min(end - buffer.position(), layout.startOf(file + 1) - at);
            if (part > 0) {
                buffer.limit(buffer.position() + part);
                readFile(file, at - layout.startOf(file), buffer);
                at += part;
            }
        }
    }

    private void readFile(int file, long position, ByteBuffer buffer) {
        try {
            FileChannel channel = files.channel(file);
            long at = position;
            while (buffer.hasRemaining()) {
                int bytes = channel.read(buffer, at);
                if (bytes < 0) {
                    break;
                }
                at += bytes;
            }
            long sizeBytes = channel.size();
            if (sizeBytes != layout.sizeBytesOf(file) || buffer.hasRemaining()) {
                throw new SourceException(layout.path(file) + " changed while it was read: it had "
                        + layout.sizeBytesOf(file) + " bytes, now it has " + sizeBytes);
            }
        } catch (IOException e) {
            throw new SourceException("cannot read " + layout.path(file) + ": " + Reasons.of(e), e);
        }
    }
}
