package io.packetfs.transfer.record;

import io.packetfs.transfer.manifest.EntryCodec;
import io.packetfs.transfer.manifest.ManifestEntry;
import io.packetfs.transfer.record.TransferRecord.Chunks;
import io.packetfs.transfer.record.TransferRecord.Digests;
import io.packetfs.transfer.record.TransferRecord.Have;
import io.packetfs.transfer.record.TransferRecord.ManifestPiece;
import io.packetfs.transfer.record.TransferRecord.Need;
import io.packetfs.transfer.record.TransferRecord.Status;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.BiFunction;
import java.util.function.ToIntFunction;

/** Cuts long lists into records that keep {@link RecordLimits#RECORD_BYTES_MAX}; each is made when it is asked for. */
public final class RecordPieces {
    /** What a record's header and the fixed part of any body take at most. */
    private static final int FIXED_BYTES_MAX = 64;

    private RecordPieces() {}

    public static Iterator<TransferRecord> ofManifest(List<ManifestEntry> entries) {
        return new Pieces<>(entries, entry -> EntryCodec.encode(entry).length, ManifestPiece::new);
    }

    public static Iterator<TransferRecord> ofHave(List<ByteRange> ranges) {
        return new Pieces<>(ranges, range -> 2 * Long.BYTES, (first, piece) -> new Have(piece));
    }

    /**
     * Chunks one behind the other.
     *
     * @param offset where the first is to lie
     * @param baseOffset where it lies in the base, or {@link Chunks#NO_BASE_OFFSET}
     */
    public static Iterator<TransferRecord> ofChunks(long offset, long baseOffset, List<AskedChunk> chunks) {
        long[] done = {0};
        return new Pieces<>(chunks, chunk -> DeltaCodec.CHUNK_BYTES, (first, piece) -> {
            long base = baseOffset == Chunks.NO_BASE_OFFSET ? baseOffset : baseOffset + done[0];
            Chunks record = new Chunks(offset + done[0], base, piece);
            done[0] += piece.stream().mapToLong(AskedChunk::length).sum();
            return record;
        });
    }

    /** What is needed, and up to where that is decided. */
    public static Iterator<TransferRecord> ofNeed(long decidedEnd, List<ByteRange> ranges) {
        if (ranges.isEmpty()) {
            return List.<TransferRecord>of(new Need(decidedEnd, ranges)).iterator();
        }
        int count = ranges.size();
        return new Pieces<>(ranges, range -> 2 * Long.BYTES, (first, piece) -> {
            boolean last = first + piece.size() == count;
            return new Need(last ? decidedEnd : piece.getLast().end(), piece);
        });
    }

    public static Iterator<TransferRecord> ofDigests(List<FileDigest> digests) {
        return new Pieces<>(digests, digest -> Integer.BYTES + digest.sha256Bytes().length, Digests::new);
    }

    public static Iterator<TransferRecord> ofStatuses(List<EntryStatus> statuses) {
        return new Pieces<>(
                statuses,
                status -> Long.BYTES + RecordEncoder.text(status.text()).length,
                (first, piece) -> new Status(piece));
    }

    private static final class Pieces<T> implements Iterator<TransferRecord> {
        private final List<T> items;
        private final ToIntFunction<T> bytesOf;
        private final BiFunction<Integer, List<T>, TransferRecord> toRecord;
        private int next;

        Pieces(List<T> items, ToIntFunction<T> bytesOf, BiFunction<Integer, List<T>, TransferRecord> toRecord) {
            this.items = items;
            this.bytesOf = bytesOf;
            this.toRecord = toRecord;
        }

        @Override
        public boolean hasNext() {
            return next < items.size();
        }

        @Override
        public TransferRecord next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            int first = next;
            int bytes = FIXED_BYTES_MAX;
            while (next < items.size()) {
                bytes += bytesOf.applyAsInt(items.get(next));
                if (bytes > RecordLimits.RECORD_BYTES_MAX && next > first) {
                    break;
                }
                next++;
            }
            return toRecord.apply(first, items.subList(first, next));
        }
    }
}
