package io.packetfs.transfer;

import io.packetfs.blob.BlobSource;
import io.packetfs.blob.Crc32c;
import io.packetfs.blob.FileLayout;
import io.packetfs.blob.SourceException;
import io.packetfs.blob.TreeSource;
import io.packetfs.endpoint.Connection;
import io.packetfs.endpoint.OutboundGram;
import io.packetfs.transfer.record.ByteRange;
import java.util.ArrayDeque;

/**
 * What one connection of a sender of files does with the bulk lane: offers the cells that it gets hold of, and puts together the digests
 * of what it has sent. Used by the agent's thread of that connection; {@link #hasAsked} by any.
 */
final class BulkSender implements AutoCloseable {
    /** Grams that may wait for their first packet while other connections have room; each that is acknowledged makes room for one. */
    private static final int UNSENT_MAX_SHARING = 2;

    private final int unsentMax;
    private final BulkCells allCells;
    private final BulkCells.Taker cells;
    private final TreeSource source;
    private final FileDigests digests;
    private final ArrayDeque<OutboundGram> undigested = new ArrayDeque<>();
    private OutboundGram refused;
    private boolean exhausted;
    private long takenBytes;
    private long gramCount;
    private long descriptorCount;

    /**
     * A connection's part.
     *
     * @param shares whether other connections take from the same cells: then it takes no more than it will soon send
     */
    BulkSender(BulkCells cells, FileLayout layout, boolean shares) {
        unsentMax = shares ? UNSENT_MAX_SHARING : Integer.MAX_VALUE;
        allCells = cells;
        this.cells = cells.newTaker();
        source = new TreeSource(layout);
        digests = new FileDigests(layout);
    }

    /**
     * Gives the connection what it takes, and digests what has begun to be sent.
     *
     * @throws SourceException if a file cannot be read
     */
    void pump(Connection connection) {
        digestOpened();
        while (!exhausted && undigested.size() < unsentMax) {
            OutboundGram gram = refused != null ? refused : nextGram();
            refused = null;
            if (gram == null) {
                exhausted = allCells.isExhausted();
                break;
            } else if (connection.trySend(gram)) {
                undigested.add(gram);
                takenBytes += gram.slabLength();
                gramCount++;
                descriptorCount += Math.ceilDiv(gram.slabLength(), OutboundGram.DESCRIPTOR_BYTES);
            } else {
                refused = gram;
                break;
            }
        }
        digestOpened();
    }

    /** Whether the connection has taken all there is for it, and the digests are those of all that. */
    boolean isDone() {
        return exhausted && undigested.isEmpty();
    }

    /** Whether it may have got hold of cells. */
    boolean hasAsked() {
        return cells.hasAsked();
    }

    /** The digests of what was sent, to be merged with those of the other connections when this is done. */
    FileDigests digests() {
        return digests;
    }

    /** Bytes that the connection has taken. */
    long takenBytes() {
        return takenBytes;
    }

    /** Grams that the connection has taken. */
    long gramCount() {
        return gramCount;
    }

    long descriptorCount() {
        return descriptorCount;
    }

    @Override
    public void close() {
        source.close();
    }

    private OutboundGram nextGram() {
        ByteRange range = cells.next();
        return range == null
                ? null
                : OutboundGram.placed(
                        Lanes.BULK, Lanes.BULK_BLOB_ID, source, range.offset(), Math.toIntExact(range.length()));
    }

    /** Takes over the digests of grams whose sending has begun: they are known from then on. */
    private void digestOpened() {
        while (!undigested.isEmpty() && undigested.peek().gramId() >= 0) {
            OutboundGram gram = undigested.remove();
            digests.add(gram.offset(), gram.slabLength(), gram.digest(), this::pieceCrc32c);
        }
    }

    private int pieceCrc32c(long offset, long length) {
        return Crc32c.of((BlobSource) source, offset, length);
    }
}
