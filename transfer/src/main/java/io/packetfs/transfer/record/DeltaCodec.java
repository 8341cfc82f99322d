package io.packetfs.transfer.record;

import io.packetfs.blob.chunk.ChunkTag;
import io.packetfs.transfer.manifest.ManifestLimits;
import io.packetfs.transfer.manifest.TransferId;
import io.packetfs.transfer.record.TransferRecord.Base;
import io.packetfs.transfer.record.TransferRecord.Chunks;
import io.packetfs.transfer.record.TransferRecord.Need;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The bodies of the records of delta transfers (spec: DLT), both ways. What is read as null is malformed. */
final class DeltaCodec {
    static final int CHUNK_BYTES = 2 * Integer.BYTES + ChunkTag.BYTES;

    private static final int RANGE_BYTES = 2 * Long.BYTES;
    private static final int CHUNK_LENGTH_MAX = 1 << 20;

    private DeltaCodec() {}

    static int write(ByteBuffer out, Base base) {
        out.put((byte) base.averageLog2()).put((byte) 0).putShort((short) 0).putInt(0);
        out.put(base.key().bytes()).put(base.id().bytes());
        return RecordType.BASE;
    }

    static Base base(ByteBuffer in) {
        int averageLog2 = in.get();
        int reserved = in.get() | in.getShort() | in.getInt();
        byte[] key = new byte[DeltaKey.BYTES];
        in.get(key);
        TransferId id = TransferId.read(in);
        boolean valid = reserved == 0 && averageLog2 >= Base.AVERAGE_LOG2_MIN && averageLog2 <= Base.AVERAGE_LOG2_MAX;
        return valid ? new Base(averageLog2, DeltaKey.of(key), id) : null;
    }

    static int write(ByteBuffer out, Chunks chunks) {
        out.putLong(chunks.offset()).putLong(chunks.baseOffset());
        out.putInt(chunks.chunks().size()).putInt(0);
        for (AskedChunk chunk : chunks.chunks()) {
            out.putInt(chunk.length()).putInt(chunk.crc32c()).put(chunk.tag().bytes());
        }
        return RecordType.CHUNKS;
    }

    static Chunks chunks(ByteBuffer in) {
        long offset = in.getLong();
        long baseOffset = in.getLong();
        int count = in.getInt();
        int reserved = in.getInt();
        boolean valid = reserved == 0
                && isPlace(offset)
                && (baseOffset == Chunks.NO_BASE_OFFSET || isPlace(baseOffset))
                && count > 0
                && (long) count * CHUNK_BYTES <= in.remaining();
        if (!valid) {
            return null;
        }
        List<AskedChunk> chunks = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int length = in.getInt();
            int crc32c = in.getInt();
            ChunkTag tag = ChunkTag.read(in);
            if (length < 1 || length > CHUNK_LENGTH_MAX) {
                return null;
            }
            chunks.add(new AskedChunk(length, crc32c, tag));
        }
        return new Chunks(offset, baseOffset, List.copyOf(chunks));
    }

    static int write(ByteBuffer out, Need need) {
        out.putLong(need.decidedEnd()).putInt(need.ranges().size()).putInt(0);
        for (ByteRange range : need.ranges()) {
            out.putLong(range.offset()).putLong(range.length());
        }
        return RecordType.NEED;
    }

    static Need need(ByteBuffer in) {
        long decidedEnd = in.getLong();
        int count = in.getInt();
        int reserved = in.getInt();
        if (reserved != 0 || !isPlace(decidedEnd) || count < 0 || (long) count * RANGE_BYTES > in.remaining()) {
            return null;
        }
        List<ByteRange> ranges = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long offset = in.getLong();
            long length = in.getLong();
            if (!isPlace(offset) || length < 1 || length > decidedEnd || offset > decidedEnd - length) {
                return null;
            }
            ranges.add(new ByteRange(offset, length));
        }
        return new Need(decidedEnd, List.copyOf(ranges));
    }

    private static boolean isPlace(long offset) {
        return offset >= 0 && offset <= ManifestLimits.FILE_BYTES_TOTAL_MAX;
    }
}
